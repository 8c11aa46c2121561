// Loaded by every Node under an emulator: what the emulator asks of Node reaches children whose environment lacks it.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const NAMES = ['NODE_OPTIONS', 'NODE_SKIP_PLATFORM_CHECK'];
const asked = Object.fromEntries(NAMES.filter(name => process.env[name]).map(name => [name, process.env[name]]));
const withAsked = value =>
  value?.env ? { ...value, env: { ...asked, ...value.env, ...optionsOf(value.env) } } : value;

/** What a test gives a child itself comes after what the emulator asks for. */
function optionsOf({ NODE_OPTIONS: own }) {
  const options = asked.NODE_OPTIONS;
  return own && options && !own.startsWith(options) ? { NODE_OPTIONS: `${options} ${own}` } : {};
}

for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) {
  const apply = (start, self, args) => Reflect.apply(start, self, args.map(withAsked));
  childProcess[name] = new Proxy(childProcess[name], { apply });
}
syncBuiltinESMExports();
