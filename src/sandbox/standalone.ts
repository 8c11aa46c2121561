import { SettingError } from '../config.ts';
import { startSandbox } from './server.ts';

/** Serves the embedded gateway by itself and says how to reach it; ends with SIGTERM or SIGINT. */
export async function serveSandbox(port: number): Promise<void> {
  const sandbox = await startSandbox({ port }).catch((error: NodeJS.ErrnoException) => {
    throw new SettingError(`port ${port} of 127.0.0.1 cannot be opened (${error.code}); take another with --port.`);
  });
  process.stdout.write(`The sandbox gateway listens. To use it:
  export SKILLBOSS_BASE_URL=${sandbox.url}
  export SKILLBOSS_WHOLESALE_KEY=${sandbox.key}
`);
  const stop = () => sandbox.close().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
