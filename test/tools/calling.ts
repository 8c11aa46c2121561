import type { Downloads } from '../../src/downloads/downloads.ts';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { Files } from '../../src/files/files.ts';
import type { Submit } from '../../src/gateway/gateway.ts';
import type { JobRecord } from '../../src/jobs/job.ts';
import type { JobService } from '../../src/jobs/service.ts';
import type { SentDefinition } from '../../src/jobs/store/job-store.ts';
import type { LateRefusal, SubmitResult } from '../../src/jobs/submitter.ts';
import { type Layout, TemplateUpdateModel } from '../../src/models/template-update.ts';
import type { Resolve } from '../../src/net/resolve.ts';
import { Repeats } from '../../src/tools/repeats.ts';
import type { Reply, WireReply } from '../../src/tools/reply.ts';
import { callTool, findTool } from '../../src/tools/tools.ts';
import { HandClock } from '../support/hand-clock.ts';

export const ID = 'c546520207fb4b68b0adce825f9dcf6d';

export const RECORD: JobRecord = {
  rowId: 'row-1',
  lift: 0,
  origin: 'https://api.example.com',
  otherTenant: false,
  otherKey: false,
  requestId: ID,
  status: 'IN_QUEUE',
  open: false,
  gone: false,
  submittedAt: HandClock.EPOCH,
  outputs: [],
  resultPending: false,
};

/** What surrounds the tools in a test. */
export interface World {
  /** The allowed folders. */
  folders?: string[];
  resolve?: Resolve;
  record?: Partial<JobRecord>;
  records?: JobRecord[];
  submitted?: Partial<SubmitResult>;
  /** What was sent for every template, the newest first. */
  sent?: SentDefinition[];
  downloads?: Pick<Downloads, 'save'>;
  layout?: Layout;
  model?: TemplateUpdateModel;
  maxWaitSeconds?: number;
  repeats?: Repeats;
  clock?: HandClock;
  /** Submits that were refused after their call had answered. */
  refusals?: LateRefusal[];
  /** The time that the call has, milliseconds. */
  limitMs?: number;
}

export interface Answered {
  answer: Reply;
  reply: WireReply;
  text: string;
  /** What was logged: faults of our own. */
  logged: string[];
  submits: { submit: Submit; lift: number }[];
  waits: number[];
  progress: unknown[];
}

/** Makes a tool's call with a job service that only remembers what it was to submit. */
export async function callWith(world: World, name: string, args: unknown): Promise<Answered> {
  const polled = { record: { ...RECORD, ...world.record }, unwritten: false };
  const clock = world.clock ?? new HandClock();
  const submits: { submit: Submit; lift: number }[] = [];
  const waits: number[] = [];
  const progress: unknown[] = [];
  const service = {
    findEqual: async () => null,
    async submit(submit: Submit, lift: number): Promise<SubmitResult> {
      submits.push({ submit, lift });
      return { ...polled, duplicate: false, lowBalance: false, conflicts: [], ...world.submitted };
    },
    async wait(_id: string, waitMs: number) {
      waits.push(waitMs);
      return polled;
    },
    cancel: async () => ({ ...polled, cancelled: true }),
    list: async () => ({ records: world.records ?? [], away: false }),
    takeLateRefusals: () => world.refusals ?? [],
    definitions: async (_id: string, limit: number) => (world.sent ?? []).slice(0, limit),
  };
  const tool = findTool(name);
  if ('meant' in tool) throw new Error(`no tool ${name}`);
  const model = world.model ?? new TemplateUpdateModel(world.layout ?? 'nested');
  const call = {
    jobs: async () => service as unknown as JobService,
    templateUpdates: async () => model,
    files: async () => new Files(new AllowedFolders({ folders: world.folders ?? [], home: null, dataDir: null })),
    downloads: async () => world.downloads as Downloads,
    resolve: world.resolve ?? (async () => ['93.184.216.34']),
    clock,
    maxWaitSeconds: world.maxWaitSeconds ?? 45,
    deadline: clock.monotonic() + (world.limitMs ?? 55_000),
    signal: new AbortController().signal,
    progress: (...told: unknown[]) => void progress.push(told),
  };
  const logged: string[] = [];
  const log = (_level: unknown, _event: unknown, fields?: Record<string, unknown>) =>
    void logged.push(String(fields?.error));
  const repeats = world.repeats ?? new Repeats(clock);
  const reply = await callTool(tool, args, call, { sandbox: false, log, repeats });
  const answer = reply.structuredContent as unknown as Reply;
  return { answer, reply, logged, text: reply.content[0].text, submits, waits, progress };
}
