import { ArgumentsFailure, type FileReason, SurroundingsFailure } from '../base/failure.ts';
import { shorten, showText } from '../base/text.ts';

/** An argument that holds a path or a picture. */
export interface FileArgument {
  /** Where it is in the call, as in `reference_images[1]`. */
  path: string;
  /** What it holds. */
  given: string;
  /** The code for a file that may be used but is not what it should be; `invalid_arguments` when left out. */
  code?: 'invalid_arguments' | 'invalid_template';
}

const LONGEST_PLACE = 300;

/** The failure for a file or folder that may not be used at all. */
export function refused(reason: FileReason, place: string, cause?: string): SurroundingsFailure {
  return new SurroundingsFailure('file_refused', {
    reason,
    place: showText(place, LONGEST_PLACE),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The failure for an argument that is not what it should be, in one sentence. */
export function unfit({ path, given, code }: FileArgument, message: string, allowed?: string[]): ArgumentsFailure {
  return new ArgumentsFailure(code ?? 'invalid_arguments', {
    issues: [{ path, message, received: shorten(given), ...(allowed ? { allowed } : {}) }],
  });
}
