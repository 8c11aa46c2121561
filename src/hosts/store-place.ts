import { isAbsolute, join } from 'node:path';
import { PACKAGE } from './host.ts';
import { type Environment, type Machine, platformOf } from './machine.ts';

const DATA_DIR = 'SHOTSTACK_MCP_DATA_DIR';

/**
 * The folder of the store that an environment leads to where it is not the platform's own; null for that one.
 * A host that hands down few variables drops `XDG_DATA_HOME`, and its server then has another store.
 */
export function movedStore(env: Environment, machine: Machine): string | null {
  const named = env[DATA_DIR]?.trim();
  if (named) return named;
  const moved = platformOf(machine) === 'linux' ? (env.XDG_DATA_HOME ?? '') : '';
  // As the store does (`jobs/store/open.ts`): a relative one is ignored.
  return isAbsolute(moved) ? join(moved, PACKAGE) : null;
}

/** The setting that leads a server to the same store as this shell. */
export function storeSetting(machine: Machine): Record<string, string> {
  const folder = movedStore(machine.env, machine);
  return folder === null ? {} : { [DATA_DIR]: folder };
}
