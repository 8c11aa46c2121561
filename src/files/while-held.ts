import { systemClock } from '../base/clock.ts';

/**
 * What Windows' sharing violations, and its refusal to replace an open file, become in Node
 * (https://github.com/libuv/libuv/blob/v1.x/src/win/error.c).
 */
const HELD = new Set(['EBUSY', 'EPERM', 'EACCES']);
const TRIES = 10;
const RETRY_MS = 100;

/**
 * Runs an operation on a file; on Windows again, for about a second, while another process may be holding the file:
 * virus scanners and indexers open what is new for a moment. Other systems allow both.
 *
 * @throws what the operation throws at last
 */
export async function retryWhileHeld<T>(
  operation: () => Promise<T>,
  { platform = process.platform, sleep = systemClock.sleep } = {},
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await operation();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (platform !== 'win32' || !HELD.has(code) || tries === TRIES) throw error;
      await sleep(RETRY_MS);
    }
  }
}
