import { ArgumentsFailure, type Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { isPath } from '../files/path-argument.ts';
import { readBase64 } from '../files/picture.ts';
import { atArgument } from './template-argument.ts';
import type { Call } from './tool.ts';

/** The most that all pictures of one call may weigh together, as base64. */
const CAP_BYTES = 96 * 1024 * 1024;

export interface PictureArguments {
  image?: string | undefined;
  last_frame?: string | undefined;
  reference_images?: string[] | undefined;
}

/**
 * The pictures of a call as base64, under the names of their arguments.
 *
 * @throws ArgumentsFailure with an issue for each that is none, or SurroundingsFailure for a file that is not allowed
 */
export async function readPictures(args: PictureArguments, call: Call): Promise<JsonObject> {
  const issues: Issue[] = [];
  let room = CAP_BYTES;
  const read = async (path: string, given: string): Promise<string | undefined> => {
    try {
      const { base64 } = await atArgument(path, given, async () =>
        isPath(given) ? (await call.files()).readPicture(given) : readBase64(given),
      );
      room -= base64.length;
      if (room >= 0) return base64;
      issues.push({ path, message: `All pictures together are larger than ${CAP_BYTES / 1024 / 1024} MiB.` });
    } catch (error) {
      if (!(error instanceof ArgumentsFailure)) throw error;
      issues.push(...error.facts.issues);
    }
    return undefined;
  };
  const { image, last_frame, reference_images } = args;
  const pictures: JsonObject = {};
  if (image !== undefined) pictures.image = await read('image', image);
  if (last_frame !== undefined) pictures.last_frame = await read('last_frame', last_frame);
  if (reference_images !== undefined) {
    const list: unknown[] = [];
    for (const [i, given] of reference_images.entries()) list.push(await read(`reference_images[${i}]`, given));
    pictures.reference_images = list;
  }
  if (issues.length > 0) throw new ArgumentsFailure('invalid_arguments', { issues });
  return pictures;
}
