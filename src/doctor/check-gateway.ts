import { randomUUID } from 'node:crypto';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { systemClock } from '../base/clock.ts';
import { type Code, Failure } from '../base/failure.ts';
import { SkillbossGateway } from '../gateway/skillboss.ts';
import { causeOf } from '../net/cause.ts';
import type { Resolve } from '../net/resolve.ts';
import { type Check, fail, ok, type State, warn } from './check.ts';

const CONNECT_MS = 5_000;
/** The look-up of a job, its repetitions included. */
const LOOK_UP_MS = 8_000;

/** Whether the gateway can be reached: name, TCP and, for https, TLS. No key leaves. */
export async function checkReach(origin: string, resolve: Resolve): Promise<Check> {
  const url = new URL(origin);
  const start = performance.now();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0 && (await resolve(host)).length === 0) {
    return fail(
      'gateway',
      `The name ${host} has no address here.`,
      'Check the network (VPN, DNS), or correct SKILLBOSS_BASE_URL.',
    );
  }
  const named = performance.now();
  const fault = await connectionFault(url, host);
  if (fault !== null) return fail('gateway', `No connection to ${origin} came about (${fault}).`, cureFor(fault));
  const [naming, connecting] = [named - start, performance.now() - named].map(Math.round);
  const kind = url.protocol === 'https:' ? 'TCP and TLS' : 'TCP';
  return ok('gateway', `${origin} can be reached (name ${naming} ms, ${kind} ${connecting} ms).`);
}

/** Why no connection came about, as an error code; null when one did. */
function connectionFault(url: URL, host: string): Promise<string | null> {
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const socket = secure
    ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
    : connectTcp({ host, port });
  return new Promise<string | null>(resolve => {
    socket.setTimeout(CONNECT_MS, () => resolve('TIMEOUT'));
    const timer = setTimeout(resolve, CONNECT_MS, 'TIMEOUT');
    socket.once(secure ? 'secureConnect' : 'connect', () => resolve(null));
    socket.once('error', (error: unknown) => resolve(causeOf(error)));
    socket.once('close', () => clearTimeout(timer));
  }).finally(() => socket.destroy());
}

function cureFor(fault: string): string {
  if (/CERT|SIGNATURE|ISSUER|_CA_|SELF_SIGNED/.test(fault)) {
    return 'Something in between shows a certificate of its own (a company’s proxy, a virus scanner): name its authority’s file in NODE_EXTRA_CA_CERTS.';
  }
  if (fault === 'ECONNREFUSED') return 'Nothing listens there: correct SKILLBOSS_BASE_URL, or start what should.';
  return 'Check the network and the firewall. This server connects directly: HTTP(S)_PROXY is not used.';
}

/** The gateway to test a key at. */
export interface KeyTest {
  url: string;
  key: string;
  /** Whether a gateway is known to answer at `url`. */
  known: boolean;
}

/** Whether the gateway takes the key: it is asked about a job that cannot exist, which is free. */
export async function checkKey({ url, key, known }: KeyTest): Promise<Check> {
  const gateway = new SkillbossGateway({
    baseUrl: url,
    key,
    templateInputs: 'nested',
    clock: systemClock,
    random: () => 0,
    log: () => {},
    limits: { connect: CONNECT_MS, headers: CONNECT_MS, body: CONNECT_MS },
    budgets: { status: LOOK_UP_MS },
  });
  try {
    await gateway.status(randomUUID().replaceAll('-', ''));
    return warn('key', 'The gateway claims to know a job whose id was just made up: its answers cannot be relied on.');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return verdictOn(error, known);
  } finally {
    await gateway.close();
  }
}

function verdictOn({ code, facts }: Failure, known: boolean): Check {
  if (code === 'job_not_found') {
    const proviso = known ? '' : ' That tells nothing of the key if something else than the gateway answers there.';
    return ok('key', `The gateway takes it (a made-up job is answered with 404; nothing is billed).${proviso}`);
  }
  const [state, message, fix] = VERDICTS[code] ?? UNCLEAR;
  const status = facts.httpStatus === undefined ? '' : ` (${facts.httpStatus})`;
  return { name: 'key', state, message: `${message}${status}.`, fix };
}

type Verdict = [state: State, message: string, fix: string];

const LATER: Verdict = ['warn', 'The gateway cannot say now', 'Run doctor again in a minute.'];
const UNCLEAR: Verdict = [
  'fail',
  'Something answered, but not as the gateway does',
  'Check SKILLBOSS_BASE_URL, and whether a proxy or a firewall answers in the gateway’s place.',
];
const VERDICTS: Partial<Record<Code, Verdict>> = {
  unauthorized: [
    'fail',
    'The gateway refuses the key',
    'Console keys are refused: a wholesale key is needed. Set SKILLBOSS_WHOLESALE_KEY to one.',
  ],
  insufficient_credits: [
    'fail',
    'The gateway takes the key, but its balance is too low',
    'Top up on the wholesale dashboard.',
  ],
  rate_limited: LATER,
  server_error: LATER,
  upstream_unavailable: LATER,
  network_error: ['fail', 'The connection broke before an answer was in', 'Check the network, and run doctor again.'],
};
