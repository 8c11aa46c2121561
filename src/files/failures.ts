import { type ArgumentsFailure, invalidArgument, SurroundingsFailure } from '../base/failure.ts';
import { shorten, showText } from '../base/text.ts';

const LONGEST_PLACE = 300;

/** Why a file or folder may not be used. */
export type FileReason =
  | 'not_allowed'
  | 'none_allowed'
  | 'private_name'
  | 'data_folder'
  | 'symbolic_link'
  | 'not_a_file'
  | 'first_folder_missing'
  | 'unwritable'
  | 'no_space'
  | 'name_taken'
  | 'cannot_open';

/** The failure for a file or folder that may not be used at all. */
export function fileRefused(reason: FileReason, place: string, cause?: string): SurroundingsFailure {
  return new SurroundingsFailure('file_refused', {
    reason,
    place: showText(place, LONGEST_PLACE),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The failure for a path or picture that is not what it should be. Its issue has no path: the caller names the argument. */
export function invalidFile(given: string, message: string, allowed?: string[]): ArgumentsFailure {
  return invalidArgument('', message, { received: shorten(given), allowed });
}
