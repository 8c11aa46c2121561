import { isBuiltin } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { unavailable } from './unavailable.ts';

/** As much of SQLite's synchronous API as the store uses. */
export type Driver = Pick<typeof import('@photostructure/sqlite'), 'DatabaseSync'>;
export type Connection = InstanceType<Driver['DatabaseSync']>;

/**
 * Node's own driver from 22.13 on, and the same API from a package below that.
 *
 * @throws SurroundingsFailure `store_unavailable`, reason `no_driver`, with Node's error code as its cause
 */
export async function loadDriver(): Promise<Driver> {
  try {
    return await import('node:sqlite' as string);
  } catch {
    return await import('@photostructure/sqlite').catch((error: NodeJS.ErrnoException) => {
      throw unavailable('no_driver', undefined, error.code);
    });
  }
}

/**
 * Ends connections that were closed. With the package a connection, with its locks and its view of the log, lasts until
 * its last statement is collected, and a statement cannot be finalized; Node's own driver ends it when it is closed.
 */
export async function releaseStatements(): Promise<void> {
  if (isBuiltin('node:sqlite')) return;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  // Finalizers run in a turn of their own.
  await nextTurn();
}
