import { SettingError } from '../config.ts';
import { startSandbox } from './server.ts';

export interface StandaloneOptions {
  /** 0 takes any free port. */
  port: number;
  /** The key that it takes; null for a fresh one. */
  key: string | null;
  /** One line of JSON for a program, in place of the text for a person. */
  json: boolean;
}

/** Serves the sandbox alone and prints how to reach it once it is ready; ends with SIGTERM or SIGINT. */
export async function serveSandbox({ port, key, json }: StandaloneOptions): Promise<void> {
  const options = key === null ? { port } : { port, key };
  const sandbox = await startSandbox(options).catch((error: NodeJS.ErrnoException) => {
    throw new SettingError(`port ${port} of 127.0.0.1 cannot be opened (${error.code}); take another with --port.`);
  });
  const settings = { SKILLBOSS_BASE_URL: sandbox.url, SKILLBOSS_WHOLESALE_KEY: sandbox.key };
  process.stdout.write(json ? `${JSON.stringify(settings)}\n` : howToUse(settings));
  const stop = () => sandbox.close().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function howToUse(settings: Record<string, string>): string {
  const lines = Object.entries(settings).map(([name, value]) => `  ${name}=${value}`);
  return `The sandbox listens; Ctrl+C ends it. To use it, set these variables for the server:\n${lines.join('\n')}\n`;
}
