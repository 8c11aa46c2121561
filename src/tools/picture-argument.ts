import { ArgumentsFailure, type Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { readBase64 } from '../files/base64.ts';
import { isPath } from '../files/path-argument.ts';
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
  const { image, last_frame, reference_images } = args;
  const reading = new Pictures(call);
  const read = {
    image: await reading.read('image', image),
    last_frame: await reading.read('last_frame', last_frame),
    reference_images: reference_images && (await reading.readAll('reference_images', reference_images)),
  };
  if (reading.issues.length > 0) throw new ArgumentsFailure('invalid_arguments', { issues: reading.issues });
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

class Pictures {
  readonly issues: Issue[] = [];
  readonly #call: Call;
  #room = CAP_BYTES;

  constructor(call: Call) {
    this.#call = call;
  }

  async readAll(path: string, given: string[]): Promise<string[]> {
    const pictures: string[] = [];
    for (const [i, one] of given.entries()) pictures.push((await this.read(`${path}[${i}]`, one)) ?? '');
    return pictures;
  }

  async read(path: string, given: string | undefined): Promise<string | undefined> {
    if (given === undefined) return undefined;
    try {
      const { base64 } = await atArgument(path, given, async () =>
        isPath(given) ? (await this.#call.files()).readPicture(given) : readBase64(given),
      );
      this.#room -= base64.length;
      if (this.#room < 0) {
        this.issues.push({ path, message: `All pictures together are larger than ${CAP_BYTES / 1024 / 1024} MiB.` });
      }
      return base64;
    } catch (error) {
      if (!(error instanceof ArgumentsFailure)) throw error;
      this.issues.push(...error.facts.issues);
      return undefined;
    }
  }
}
