import { systemClock } from './base/clock.ts';
import { createLog } from './base/log.ts';
import { redactor } from './base/redact.ts';
import { VERSION } from './base/version.ts';
import type { Config } from './config.ts';
import { PROTOCOL_VERSIONS, SERVER, TOOLS } from './handshake-answers.ts';
import type { RunningServer } from './server.ts';
import { Handshake } from './stdio/handshake.ts';
import { Lines } from './stdio/lines.ts';

/** How long calls that are under way may still take once the server is to stop, milliseconds. */
const GRACE_MS = 700;

/** The most that one message may hold: pictures travel inside it as base64. */
const MESSAGE_CAP_BYTES = 128 * 1024 * 1024;

/** Serves MCP over stdio until stdin ends or a signal comes; then the process exits within a second. */
export function serve(config: Config, sandbox: boolean): void {
  const redact = redactor(config.key);
  const log = createLog(config.logLevel, redact, line => process.stderr.write(line));
  const stopping = new AbortController();
  // Node writes its warnings to stderr as prose, which is for JSON lines here.
  process.removeAllListeners('warning');
  process.on('warning', warning => log('debug', 'runtime_warning', { warning: warning.message }));
  process.on('uncaughtException', error => {
    log('error', 'uncaught_exception', { error: error.stack });
    process.exit(1);
  });

  const lines = new Lines({
    stdin: process.stdin,
    stdout: process.stdout,
    capBytes: MESSAGE_CAP_BYTES,
    onerror: error => log('warn', 'protocol_error', { error: error.name }),
  });
  const handshake = new Handshake({ protocolVersions: PROTOCOL_VERSIONS, server: SERVER, tools: TOOLS });
  let server: Promise<RunningServer> | null = null;
  const start = async (): Promise<RunningServer> => {
    const [{ serveMcp }, { openServices }] = await Promise.all([import('./server.ts'), import('./services.ts')]);
    const services = openServices(config, sandbox, log);
    return serveMcp(lines, handshake.backlog, { services, log, redact, sandbox, stopping: stopping.signal });
  };
  lines.onvalue = json => {
    const answer = handshake.take(json);
    if (answer) lines.write(answer);
    else if (answer === undefined) server ??= start();
  };
  lines.start();
  log('info', 'started', {
    version: VERSION,
    node: process.versions.node,
    gateway: sandbox ? 'sandbox' : config.baseUrl,
    key: config.key !== null,
  });

  const stop = async (reason: string): Promise<void> => {
    if (stopping.signal.aborted) return;
    log('info', 'stopping', { reason });
    stopping.abort();
    await Promise.race([server?.then(({ idle }) => idle()), systemClock.sleep(GRACE_MS)]);
    // A reply is written in the turn after its call has ended.
    setImmediate(() => process.stdout.write('', () => process.exit(0)));
    setTimeout(() => process.exit(0), 100);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => stop(`stdin ${event}`));
  // Hosts that run this inside a process of their own give it a stdin that does not keep the process alive.
  setInterval(() => {}, 2 ** 30);
  process.stdout.on('error', () => stop('stdout closed'));
}
