// Vitest's set-up file under an emulator: what it asks of every Node reaches children with an environment of their own too.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const { NODE_OPTIONS, NODE_SKIP_PLATFORM_CHECK } = process.env;
const asked = Object.fromEntries(
  Object.entries({ NODE_OPTIONS, NODE_SKIP_PLATFORM_CHECK }).filter(([, value]) => value),
);

for (const name of ['spawn', 'spawnSync']) {
  const start = childProcess[name];
  childProcess[name] = (command, ...rest) => {
    const options = rest.find(value => value && typeof value === 'object' && !Array.isArray(value));
    if (options?.env) options.env = { ...options.env, ...asked };
    return start(command, ...rest);
  };
}
syncBuiltinESMExports();
