import type { Downloads } from '../../src/downloads/downloads.ts';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { Files } from '../../src/files/files.ts';
import type { TemplateUpdate } from '../../src/gateway/gateway.ts';
import type { Job } from '../../src/jobs/job.ts';
import { newRecord, toJob } from '../../src/jobs/job.ts';
import type { JobService } from '../../src/jobs/service.ts';
import type { Resolve } from '../../src/net/resolve.ts';
import { Repeats } from '../../src/tools/repeats.ts';
import { callTool, findTool } from '../../src/tools/tools.ts';

export const ID = 'c546520207fb4b68b0adce825f9dcf6d';

/** As much of a reply as the tests look at. */
export interface Answer {
  ok: boolean;
  summary: string;
  job?: Job;
  download?: { path: string; bytes: number; content_type: string }[];
  error?: {
    code: string;
    issues?: { path: string; message: string; received?: unknown }[];
    steps: string[];
    retryable: boolean;
  };
  next: { action: string; tool?: string; after_seconds?: number };
}

export interface World {
  /** The allowed folders. */
  folders?: string[];
  resolve?: Resolve;
  job?: Partial<Job>;
  downloads?: Pick<Downloads, 'callMs' | 'save'>;
}

/** Makes a tool's call with a job service that only remembers what it was to submit. */
export async function callWith(
  world: World,
  name: string,
  args: object,
): Promise<{ answer: Answer; sent: TemplateUpdate[]; progress: unknown[] }> {
  const job = { ...toJob(newRecord(ID, 0)), ...world.job };
  const sent: TemplateUpdate[] = [];
  const progress: unknown[] = [];
  const service = {
    async submit(update: TemplateUpdate) {
      sent.push(update);
      return { job, duplicate: false, lowBalance: false, rivals: [] };
    },
    watch: async () => job,
    definitions: async () => [],
  };
  const tool = findTool(name);
  if ('meant' in tool) throw new Error(`no tool ${name}`);
  const reply = await callTool(
    tool,
    args,
    {
      jobs: async () => service as unknown as JobService,
      files: async () => new Files(new AllowedFolders(world.folders ?? [])),
      downloads: async () => (world.downloads ?? { callMs: 1_000 }) as Downloads,
      resolve: world.resolve ?? (async () => ['93.184.216.34']),
      deadline: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
      progress: (...told) => void progress.push(told),
    },
    { sandbox: false, redact: text => text, log: () => {}, repeats: new Repeats() },
  );
  return { answer: reply.structuredContent as unknown as Answer, sent, progress };
}
