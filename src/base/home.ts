import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';

/** The user's home folder; null for a user that has none, such as a container's random id that no passwd entry names. */
export function homeFolder(): string | null {
  try {
    const folder = homedir();
    return isAbsolute(folder) ? folder : null;
  } catch {
    return null;
  }
}
