import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Clock } from '../../src/base/clock.ts';
import type { Gateway, GatewayStatus, JobReport, Submission } from '../../src/gateway/gateway.ts';
import { JobService } from '../../src/jobs/service.ts';
import { SqlJobStore } from '../../src/jobs/store/sql-job-store.ts';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import { Repeats } from '../../src/tools/repeats.ts';
import type { Services } from '../../src/tools/tool.ts';
import { callTool, findTool } from '../../src/tools/tools.ts';
import { obey, type RobotCall, type Told } from '../../test/robot/robot.ts';
import { HandClock } from '../../test/support/hand-clock.ts';
import type { Line } from '../line.ts';

const POLL_MS = 5_000;
const JOB_SECONDS = [60, 90, 120, 150, 180];
/** How long a job is in the queue. */
const QUEUED_MS = 10_000;
const ID = 'c546520207fb4b68b0adce825f9dcf6d';
const FIRST: RobotCall = {
  tool: 'update_template',
  args: { prompt: 'Make the title red.', template_id: '8a7f2c31-5b0e-4d39-9d55-0c1f4e6a7b21' },
};

/** What following one job to its end took. */
interface Followed {
  calls: number;
  tokens: number;
  polls: number;
  /** When the result was told, seconds after the first call. */
  seconds: number;
}

/** What following a job costs an agent that has no sleep of its own. */
export const turns: Line = {
  title: 'Turns from submit to result',
  async measure() {
    const both: { seconds: number; ours: Followed; naive: Followed }[] = [];
    for (const seconds of JOB_SECONDS) {
      both.push({ seconds, ours: await follow(seconds, obedient), naive: await follow(seconds, naive) });
    }
    const mean = (of: (pair: (typeof both)[number]) => number): number =>
      both.reduce((all, pair) => all + of(pair), 0) / both.length;
    const cells = ({ calls, polls, tokens, seconds }: Followed): number[] => [calls, polls, tokens, seconds];
    return {
      figures: [
        {
          what: 'calls beside an agent that polls',
          value: mean(b => b.ours.calls) / mean(b => b.naive.calls),
          unit: '×',
        },
        { what: 'tokens beside it', value: mean(b => b.ours.tokens) / mean(b => b.naive.tokens), unit: '×' },
        {
          what: 'polls of the gateway beside it',
          value: mean(b => b.ours.polls) / mean(b => b.naive.polls),
          unit: '×',
        },
      ],
      table: [
        [
          'job, s',
          ...['calls', 'gateway polls', 'tokens', 'told after s'],
          ...['polling: calls', 'gateway polls', 'tokens', 'told after s'],
        ],
        ...both.map(({ seconds, ours, naive }) => [seconds, ...cells(ours), ...cells(naive)]),
      ],
      notes: [
        'Simulated by a clock that is moved by hand: the real tools, job service and store, and a gateway whose job takes so long. An agent’s own turn takes no time here.',
        `The first obeys next. The other looks every ${POLL_MS / 1000} s without the server’s waiting (wait_seconds 0), which it can only do if its host lets it sleep.`,
        'Tokens (o200k) are those of calls and replies; what a host sends again with every turn comes on top, so that fewer turns save more than is shown.',
      ],
    };
  },
};

/** Does what the reply says. */
const obedient = async (call: (next: RobotCall) => Promise<Told>): Promise<unknown> => obey(call, FIRST);

/** Looks every five seconds. */
async function naive(call: (next: RobotCall) => Promise<Told>, clock: Clock): Promise<void> {
  let told = await call(FIRST);
  while (told.next.action === 'call_tool') {
    await clock.sleep(POLL_MS);
    told = await call({ tool: 'get_status', args: { request_id: ID, wait_seconds: 0 } });
  }
}

async function follow(
  seconds: number,
  agent: (call: (next: RobotCall) => Promise<Told>, clock: Clock) => Promise<unknown>,
): Promise<Followed> {
  const clock = new HandClock(Date.now());
  const gateway = new TimedGateway(clock, seconds * 1000);
  const database = await openSqlite(':memory:');
  const store = await SqlJobStore.open({ database, place: 'memory', tenant: 't', now: () => clock.now() });
  const log = (): void => {};
  const jobs = new JobService({ gateway, store, clock, log, pollMs: POLL_MS, maxSubmitsPerHour: 0 });
  const repeats = new Repeats();
  let [calls, tokens] = [0, 0];
  const call = async ({ tool: name, args }: RobotCall): Promise<Told> => {
    const tool = findTool(name);
    if ('meant' in tool) throw new Error(`There is no tool ${name}.`);
    const { signal } = new AbortController();
    const services = { ...WITHOUT_FILES, jobs: async () => jobs };
    const context = { ...services, deadline: clock.monotonic() + 52_000, signal, progress() {} };
    const { content } = await callTool(tool, args, context, { sandbox: false, redact: text => text, log, repeats });
    calls++;
    tokens += countTokens(JSON.stringify({ name, arguments: args })) + countTokens(content[0].text);
    return JSON.parse(content[0].text);
  };
  let over = false;
  const following = agent(call, clock).finally(() => {
    over = true;
  });
  while (!over) await clock.pass(100);
  await following;
  await jobs.close();
  return { calls, tokens, polls: gateway.polls, seconds: clock.monotonic() / 1000 };
}

const WITHOUT_FILES: Omit<Services, 'jobs'> = {
  files: () => Promise.reject(new Error('There are no files here.')),
  downloads: () => Promise.reject(new Error('There are no downloads here.')),
  resolve: async () => [],
};

/** A gateway whose one job takes a certain time. */
class TimedGateway implements Gateway {
  polls = 0;
  readonly #clock: Clock;
  readonly #takesMs: number;

  constructor(clock: Clock, takesMs: number) {
    this.#clock = clock;
    this.#takesMs = takesMs;
  }

  async submit(): Promise<Submission> {
    return { requestId: ID, status: 'IN_QUEUE', recordId: 'rec_1', costUsd: null, lowBalance: false };
  }

  async status(): Promise<JobReport> {
    this.polls++;
    const at = this.#clock.monotonic();
    const status: GatewayStatus = at >= this.#takesMs ? 'COMPLETED' : at >= QUEUED_MS ? 'IN_PROGRESS' : 'IN_QUEUE';
    const url = `https://cdn.example.com/results/${ID}.mp4`;
    const outputs = status === 'COMPLETED' ? [{ url, kind: 'video' as const }] : [];
    return { status, outputs, failure: null, recordId: 'rec_1', costUsd: 0.4 };
  }

  async cancel(): Promise<boolean> {
    return false;
  }

  async close(): Promise<void> {}
}
