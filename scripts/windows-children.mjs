// Loaded by every Node under an emulator: what the emulator asks of Node reaches children whose environment lacks it.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const NAMES = ['NODE_OPTIONS', 'NODE_SKIP_PLATFORM_CHECK'];
const asked = Object.fromEntries(NAMES.filter(name => process.env[name]).map(name => [name, process.env[name]]));
const withAsked = value => (value?.env ? { ...value, env: { ...asked, ...value.env } } : value);

for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) {
  const apply = (start, self, args) => Reflect.apply(start, self, args.map(withAsked));
  childProcess[name] = new Proxy(childProcess[name], { apply });
}
syncBuiltinESMExports();
