import { Failure } from '../../base/failure.ts';

/** As much of SQLite's synchronous API as the store uses. */
export type Driver = Pick<typeof import('@photostructure/sqlite'), 'DatabaseSync'>;
export type Connection = InstanceType<Driver['DatabaseSync']>;
export type Statement = ReturnType<Connection['prepare']>;

/**
 * Node's own driver from 22.13 on, and the same API from a package below that.
 *
 * @throws Failure `store_unavailable` when there is neither
 */
export async function loadDriver(): Promise<Driver> {
  try {
    return await import('node:sqlite' as string);
  } catch {
    return await import('@photostructure/sqlite').catch((error: NodeJS.ErrnoException) => {
      const fault = error.code === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : 'does not load on this computer';
      throw new Failure('store_unavailable', {
        detail: `Node ${process.versions.node} has no SQLite built in, and the package @photostructure/sqlite ${fault}.`,
        cure: 'Run this server with Node 22.13 or newer, which has SQLite built in, or install it through npm with its optional dependencies.',
      });
    });
  }
}
