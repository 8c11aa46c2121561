import { randomUUID } from 'node:crypto';
import { systemClock } from '../base/clock.ts';
import { GatewayFailure } from '../gateway/failure.ts';
import { SkillbossGateway } from '../gateway/skillboss.ts';
import { PERMANENT_FAULTS } from '../guidance/network-faults.ts';
import type { Code } from '../guidance/problem.ts';
import { NO_PROXIES, type Proxies, proxyFor, showProxy } from '../net/proxy.ts';
import { type Check, fail, ok, type State, warn } from './check.ts';

const CHECK_CONNECT_MS = 5_000;
/** The look-up, its repetitions included. */
const LOOK_UP_MS = 8_000;

/** The gateway to try. */
export interface GatewayTrial {
  url: string;
  /** null asks without one, which any gateway answers with a refusal. */
  key: string | null;
  /** Whether a gateway is known to answer at `url`. */
  known: boolean;
  proxies?: Proxies;
}

/** Whether the gateway can be reached and takes the key, from one free request: the state of a job that cannot exist. */
export async function checkGateway({ url, key, known, proxies = NO_PROXIES }: GatewayTrial): Promise<Check[]> {
  const start = performance.now();
  const failure = await lookUp(url, key ?? '', proxies);
  const ms = Math.round(performance.now() - start);
  if (failure?.code === 'network_error') return unreachable(url, failure, key !== null);
  const proxy = proxyFor(url, proxies);
  const through = proxy === null ? '' : `, through the proxy ${showProxy(proxy)}`;
  const reached = ok('gateway', `${url} answers (${ms} ms)${through}.`);
  return key === null ? [reached] : [reached, verdictOn(failure, known)];
}

/** How the gateway refuses to show a job that does not exist; null when it shows one. */
async function lookUp(baseUrl: string, key: string, proxies: Proxies): Promise<GatewayFailure | null> {
  const gateway = new SkillbossGateway({
    baseUrl,
    key,
    proxies,
    clock: systemClock,
    random: () => 0,
    log: () => {},
    limits: { connectMs: CHECK_CONNECT_MS },
    budgets: { poll: LOOK_UP_MS },
  });
  try {
    await gateway.poll(randomUUID().replaceAll('-', ''));
    return null;
  } catch (error) {
    if (error instanceof GatewayFailure) return error;
    throw error;
  } finally {
    await gateway.close();
  }
}

function unreachable(url: string, { facts }: GatewayFailure, hasKey: boolean): Check[] {
  const { cause = 'UNKNOWN', permanent } = facts;
  const known = permanent && PERMANENT_FAULTS[permanent];
  const reach = known
    ? fail('gateway', `${url}: ${known.message}`, known.cure)
    : fail('gateway', `${url} does not answer (${cause}).`, cureFor(cause));
  return hasKey ? [reach, warn('key', 'Not tested, since the gateway does not answer.')] : [reach];
}

function cureFor(cause: string): string {
  if (cause === 'ENOTFOUND' || cause === 'EAI_AGAIN') {
    return 'Its name has no address here: check the network (VPN, DNS), or correct SKILLBOSS_BASE_URL.';
  }
  if (cause === 'ECONNREFUSED') return 'Nothing listens there: correct SKILLBOSS_BASE_URL, or start what should.';
  return 'Check the network, the firewall, and whether a proxy is needed.';
}

function verdictOn(failure: GatewayFailure | null, known: boolean): Check {
  if (failure === null) {
    return warn('key', 'The gateway claims to know a job whose id was just made up: do not rely on its answers.');
  }
  const { code, facts } = failure;
  if (code === 'job_not_found') {
    const proviso = known ? '' : ' If something else than the gateway answers there, that says nothing of the key.';
    return ok('key', `The gateway takes it (a made-up job is answered with 404; nothing is billed).${proviso}`);
  }
  const inBetween = facts.fromIntermediary && (facts.httpStatus ?? 0) < 500;
  const [state, message, fix] = (inBetween ? undefined : VERDICTS[code]) ?? UNCLEAR;
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
    'Console keys are refused: get a wholesale key from the wholesale dashboard.',
  ],
  insufficient_credits: [
    'warn',
    'The gateway takes the key, but its balance is too low',
    'Top up on the wholesale dashboard.',
  ],
  rate_limited: LATER,
  server_error: LATER,
  upstream_unavailable: LATER,
};
