import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Clock } from '../../src/base/clock.ts';
import { CALL_MS, MAX_WAIT_SECONDS } from '../../src/base/limits.ts';
import type { Accepted, Gateway, GatewayStatus, JobReport } from '../../src/gateway/gateway.ts';
import { JobService } from '../../src/jobs/service.ts';
import { openStore } from '../../src/jobs/store/open.ts';
import { TemplateUpdateModel } from '../../src/models/template-update.ts';
import { Repeats } from '../../src/tools/repeats.ts';
import type { Reply } from '../../src/tools/reply.ts';
import { callTool, findTool } from '../../src/tools/tools.ts';
import type { Line } from '../line.ts';
import { SimulatedClock } from '../simulated-clock.ts';

const POLL_MS = 5_000;
const JOB_SECONDS = [60, 90, 120, 150, 180];
/** How long a job is in the queue. */
const QUEUED_MS = 10_000;
const ID = 'c546520207fb4b68b0adce825f9dcf6d';
const FIRST: Call = { tool: 'update_template', args: { prompt: 'A title that fades in.' } };

/** What following one job to its end took. */
interface Followed {
  calls: number;
  tokens: number;
  polls: number;
  /** When the result came, seconds after the first call. */
  seconds: number;
}

/** What following a job costs an agent that has no sleep of its own. */
export const turns: Line = {
  title: 'Turns from submit to result',
  async measure() {
    const both: { seconds: number; ours: Followed; polling: Followed }[] = [];
    for (const seconds of JOB_SECONDS) {
      both.push({ seconds, ours: await follow(seconds, obedient), polling: await follow(seconds, polling) });
    }
    const mean = (of: (pair: (typeof both)[number]) => number): number =>
      both.reduce((all, pair) => all + of(pair), 0) / both.length;
    const cells = ({ calls, polls, tokens, seconds }: Followed): number[] => [calls, polls, tokens, seconds];
    return {
      figures: [
        {
          what: 'calls beside an agent that polls',
          value: mean(b => b.ours.calls) / mean(b => b.polling.calls),
          unit: '×',
        },
        { what: 'tokens beside it', value: mean(b => b.ours.tokens) / mean(b => b.polling.tokens), unit: '×' },
        {
          what: 'polls of the gateway beside it',
          value: mean(b => b.ours.polls) / mean(b => b.polling.polls),
          unit: '×',
        },
      ],
      table: [
        [
          'job, s',
          ...['calls', 'gateway polls', 'tokens', 'result after s'],
          ...['polling: calls', 'gateway polls', 'tokens', 'result after s'],
        ],
        ...both.map(({ seconds, ours, polling }) => [seconds, ...cells(ours), ...cells(polling)]),
      ],
      notes: [
        'On a simulated clock: the real tools, job service and store, and a gateway whose job takes so long. An agent’s own turn takes no time here.',
        `The first obeys next. The other polls every ${POLL_MS / 1000} s without the server’s waiting (wait_seconds 0), which it can only do if its host lets it sleep.`,
        'Tokens (o200k) are those of calls and replies; what a host sends again with every turn comes on top, so that fewer turns save more than is shown.',
      ],
    };
  },
};

/** A call of a tool. */
interface Call {
  tool: string;
  args: Record<string, unknown>;
}

type MakeCall = (call: Call) => Promise<Reply>;

/** Does what `next` says, until that is not a call. */
async function obedient(make: MakeCall): Promise<void> {
  let call = FIRST;
  for (;;) {
    const { next } = await make(call);
    if (next.action === 'call_tool' && next.tool) call = { tool: next.tool, args: next.arguments ?? {} };
    else if (next.action !== 'repeat') return;
  }
}

/** Polls every five seconds. */
async function polling(make: MakeCall, clock: Clock): Promise<void> {
  let reply = await make(FIRST);
  while (!reply.job?.terminal) {
    await clock.sleep(POLL_MS);
    reply = await make({ tool: 'get_status', args: { request_id: ID, wait_seconds: 0 } });
  }
}

async function follow(seconds: number, agent: (make: MakeCall, clock: Clock) => Promise<void>): Promise<Followed> {
  const clock = new SimulatedClock();
  const gateway = new TimedGateway(clock, seconds * 1000);
  const store = openStore({ inMemory: true, key: 'k', origin: gateway.origin, now: () => clock.now() });
  const log = (): void => {};
  const jobs = new JobService({ gateway, store, clock, log, pollIntervalMs: POLL_MS, maxSubmitsPerHour: 0 });
  const repeats = new Repeats(clock);
  const model = new TemplateUpdateModel('nested');
  let [calls, tokens] = [0, 0];
  const make = async ({ tool: name, args }: Call): Promise<Reply> => {
    const tool = findTool(name);
    if ('meant' in tool) throw new Error(`There is no tool ${name}.`);
    const call = {
      jobs: async () => jobs,
      templateUpdates: async () => model,
      files: notUsed,
      downloads: notUsed,
      resolve: notUsed,
      clock,
      maxWaitSeconds: MAX_WAIT_SECONDS,
      deadline: clock.monotonic() + CALL_MS,
      signal: new AbortController().signal,
      progress() {},
    };
    const { content } = await callTool(tool, args, call, { sandbox: false, log, repeats });
    calls++;
    tokens += countTokens(JSON.stringify({ name, arguments: args })) + countTokens(content[0].text);
    return JSON.parse(content[0].text);
  };
  await clock.run(agent(make, clock));
  await jobs.close();
  return { calls, tokens, polls: gateway.polls, seconds: clock.monotonic() / 1000 };
}

async function notUsed(): Promise<never> {
  throw new Error('Following a job needs none.');
}

/** A gateway whose one job takes a certain time. */
class TimedGateway implements Gateway {
  readonly origin = 'https://gateway.example';
  polls = 0;
  readonly #clock: Clock;
  readonly #takesMs: number;

  constructor(clock: Clock, takesMs: number) {
    this.#clock = clock;
    this.#takesMs = takesMs;
  }

  async submit(): Promise<Accepted> {
    return { requestId: ID, status: 'IN_QUEUE', outputs: [], recordId: 'rec_1' };
  }

  async poll(): Promise<JobReport> {
    this.polls++;
    const at = this.#clock.monotonic();
    const status: GatewayStatus = at >= this.#takesMs ? 'COMPLETED' : at >= QUEUED_MS ? 'IN_PROGRESS' : 'IN_QUEUE';
    const url = `https://cdn.example.com/results/${ID}.mp4`;
    const outputs = status === 'COMPLETED' ? [{ url, kind: 'video' as const }] : [];
    return { status, outputs, recordId: 'rec_1', costUsd: 0.4 };
  }

  async cancel(): Promise<void> {}

  async close(): Promise<void> {}
}
