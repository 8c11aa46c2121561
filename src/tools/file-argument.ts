import { Failure } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { shorten } from '../base/text.ts';
import { readBase64 } from '../files/base64.ts';
import { isPath } from '../files/path-argument.ts';
import { unfit, type Wrong } from '../files/wrong.ts';
import type { Call } from './tool.ts';

/** The most that all pictures of one call may weigh together, as base64. */
export const PICTURES_CAP_BYTES = 96 * 1024 * 1024;

/**
 * The template that a call gives, in itself or by path; undefined when it gives none.
 *
 * @throws Failure `file_refused`, or `invalid_template` for a file that is no JSON object
 */
export async function readTemplateArgument(
  { template, template_path }: { template?: JsonObject | undefined; template_path?: string | undefined },
  call: Call,
): Promise<JsonObject | undefined> {
  if (template_path === undefined) return template;
  if (template !== undefined) {
    const message = 'Give template or template_path, not both.';
    throw new Failure('invalid_arguments', { issues: [{ path: 'template_path', message }] });
  }
  const files = await call.files();
  const read = await files.readJson(template_path);
  if ('problem' in read) throw fileFailure(read, 'template_path', template_path, 'invalid_template');
  if (isObject(read.json)) return read.json;
  throw fileFailure(unfit('It holds no JSON object.'), 'template_path', template_path, 'invalid_template');
}

/**
 * The base64 of a picture that a call gives, in itself or by path.
 *
 * @param room the most that it may weigh as base64
 */
export async function readPictureArgument(
  given: string,
  room: number,
  call: Call,
): Promise<{ base64: string } | Wrong> {
  const read = isPath(given) ? await (await call.files()).readPicture(given) : readBase64(given);
  if ('base64' in read) {
    const fits = read.base64.length <= room;
    return fits ? read : unfit(`All pictures together are larger than ${PICTURES_CAP_BYTES / 1024 / 1024} MiB.`);
  }
  return { refused: false, ...read };
}

/**
 * The failure of a call whose argument names a file or folder that cannot be used.
 *
 * @param path where the argument stands, as in `reference_images[1]`
 * @param otherwise the code for a file that may be used but is not what it should be
 */
export function fileFailure(
  { problem, refused, cure }: Wrong,
  path: string,
  given: string | undefined,
  otherwise: 'invalid_arguments' | 'invalid_template' = 'invalid_arguments',
): Failure {
  return new Failure(refused ? 'file_refused' : otherwise, {
    detail: problem,
    ...(cure ? { cure } : {}),
    issues: [{ path, message: problem, ...(given === undefined ? {} : { received: shorten(given) }) }],
  });
}
