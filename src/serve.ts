import { setTimeout as delay } from 'node:timers/promises';
import { GRACE_MS, SUBMIT_GRACE_MS } from './base/limits.ts';
import { createLog, type Log } from './base/log.ts';
import { redactor } from './base/redact.ts';
import { VERSION } from './base/version.ts';
import { type Config, secretsOf } from './config.ts';
import { PROTOCOL_VERSIONS, SERVER, TOOLS } from './handshake-answers.ts';
import { proxyFor, showProxy } from './net/proxy.ts';
import { forSandbox } from './sandbox-answers.ts';
import type { RunningServer } from './server.ts';
import type { OpenServices } from './services.ts';
import { Handshake } from './stdio/handshake.ts';
import { JsonLineStream } from './stdio/lines.ts';
import { parentOf } from './stdio/parent.ts';

/** The most that one message may hold: pictures travel inside it as base64. */
const MESSAGE_CAP_BYTES = 128 * 1024 * 1024;
/** So much of the log may wait for a host that does not read it; further lines are dropped. */
const LOG_WAITING_CAP_BYTES = 1024 * 1024;
/** Between two checks whether the parent still exists, milliseconds. */
const PARENT_EVERY_MS = 2_000;
/** Without a parent and without a message for this long, milliseconds, the host is gone. */
const ORPHAN_MS = 5_000;
/** A reply is written in the turn after its call has ended; then this long for the pipe, milliseconds. */
const LAST_WRITE_MS = 100;

/**
 * Serves MCP over stdio until stdin ends, the parent ends, or a signal comes. Then waits end at once and the process
 * exits: within GRACE_MS, or within SUBMIT_GRACE_MS while a submit is on its way or an outcome waits to be written.
 */
export function serve(config: Config, sandbox: boolean): void {
  const redact = redactor(...secretsOf(config));
  const log = createLog(config.logLevel, redact, stderrSink());
  const stopping = new AbortController();
  const parent = parentOf({ ppid: () => process.ppid, isWindows: process.platform === 'win32' });

  const lines = new JsonLineStream({
    stdin: process.stdin,
    stdout: process.stdout,
    capBytes: MESSAGE_CAP_BYTES,
    redact,
    onerror: error => log('warn', 'protocol_error', { error: error.name }),
  });
  const live = { server: SERVER, tools: TOOLS };
  const answers = sandbox ? forSandbox(live) : live;
  const handshake = new Handshake({ protocolVersions: PROTOCOL_VERSIONS, ...answers });
  let server: Promise<RunningServer> | null = null;
  let services: OpenServices | null = null;
  const start = async (): Promise<RunningServer> => {
    const [{ serveMcp }, { openServices }] = await Promise.all([import('./server.ts'), import('./services.ts')]);
    services = openServices(config, sandbox, log);
    const { refusal } = services;
    return serveMcp(lines, handshake.backlog, { answers, services, refusal, log, sandbox, stopping: stopping.signal });
  };
  lines.onvalue = json => {
    const answer = handshake.take(json);
    // A shell or npx between this process and the host has done its part by now.
    parent.remember();
    if (answer) void lines.write(answer);
    else if (answer === undefined) server ??= start();
  };

  const stop = async (reason: string, exitCode = 0): Promise<void> => {
    if (stopping.signal.aborted) return;
    const began = performance.now();
    const left = (ms: number): Promise<void> => delay(Math.max(0, began + ms - performance.now()));
    log('info', 'stopping', { reason });
    stopping.abort();
    const idle = server?.then(running => running.idle()).catch(() => {});
    await Promise.race([idle, left(GRACE_MS)]);
    const pending = services?.pending();
    if (pending?.busy()) await Promise.race([pending.drain().then(() => idle), left(SUBMIT_GRACE_MS)]);
    // Node's exit waits for the file operations under way: on a drive that hangs, for ever.
    const isHeld = (): boolean => process.getActiveResourcesInfo().includes('FSReqPromise');
    setImmediate(() => process.stdout.write('', () => isHeld() || process.exit(exitCode)));
    setTimeout(() => (isHeld() ? process.kill(process.pid, 'SIGKILL') : process.exit(exitCode)), LAST_WRITE_MS);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => stop(`stdin ${event}`));
  process.stdout.on('error', () => stop('stdout closed'));
  process.on('uncaughtException', error => {
    log('error', 'uncaught_exception', { error: error.stack });
    void stop('an exception', 1);
  });
  // It also keeps the process alive where a host's stdin does not, inside a process of the host's own.
  setInterval(() => {
    if (parent.isGone() && performance.now() - lines.lastAt >= ORPHAN_MS) void stop('the parent has ended');
  }, PARENT_EVERY_MS);

  lines.start();
  logStart(config, sandbox, log);
}

function logStart({ baseUrl, key, proxies, wrong }: Config, sandbox: boolean, log: Log): void {
  // Node writes its warnings to stderr as prose, which is for JSON lines here.
  process.removeAllListeners('warning');
  process.on('warning', warning => log('debug', 'runtime_warning', { warning: warning.message }));
  const proxy = sandbox ? null : proxyFor(baseUrl, proxies);
  log('info', 'started', {
    version: VERSION,
    node: process.versions.node,
    gateway: sandbox ? 'sandbox' : baseUrl,
    key: key !== null,
    ...(proxy === null ? {} : { proxy: showProxy(proxy) }),
  });
  for (const { name, expected } of wrong) log('error', 'wrong_setting', { name, expected });
}

/** Writes to stderr. Whether anybody reads it, and whether it is there at all, must change nothing else. */
function stderrSink(): (line: string) => void {
  process.stderr.on('error', () => {});
  return line => {
    try {
      if (process.stderr.writableLength < LOG_WAITING_CAP_BYTES) process.stderr.write(line);
    } catch {
      // A file on a full disk.
    }
  };
}
