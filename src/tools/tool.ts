import type * as z from 'zod';
import type { Clock } from '../base/clock.ts';
import type { Downloads } from '../downloads/downloads.ts';
import type { Files } from '../files/files.ts';
import type { CalledTool } from '../guidance/explain.ts';
import type { JobService } from '../jobs/service.ts';
import type { TemplateUpdateModel } from '../models/template-update.ts';
import type { Resolve } from '../net/resolve.ts';
import type { Success } from './reply.ts';

/** Hints for hosts, as the protocol defines them; all of them are always given. */
export interface Annotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** What tools work with, each made when first asked for. */
export interface Services {
  /** The job service; rejects with `missing_key` when there is no key. */
  jobs(): Promise<JobService>;
  /** The model that updates templates, with what it remembers of the gateway. */
  templateUpdates(): Promise<TemplateUpdateModel>;
  /** The user's files, as far as they are allowed. */
  files(): Promise<Files>;
  downloads(): Promise<Downloads>;
  /** Looks names up. */
  resolve: Resolve;
  clock: Clock;
  /** The longest that a call may wait by itself, seconds. */
  maxWaitSeconds: number;
}

/** A call as the server hands it over. */
export interface IncomingCall extends Services {
  /** By when it must have its answer, in monotonic milliseconds. */
  deadline: number;
  /** Aborts when the client cancels the call or the server stops. */
  signal: AbortSignal;
  /** Reports progress to the client, if it asked for that: seconds of seconds, or bytes of bytes. */
  progress(done: number, total: number | null, message: string): void;
}

/** One call, and what a tool may use while it works on it. */
export interface Call extends IncomingCall {
  /** Arguments that were given as null, as an empty text or as a word for it, and so count as absent. */
  absent: readonly string[];
}

/** What an agent can call. */
export interface Tool extends CalledTool {
  title: string;
  /** For the agent: what it does, when to use it and when not, what it costs or destroys. Under 2 KB. */
  description: string;
  annotations: Annotations;
  input: z.ZodObject;
  /** Does the call. `args` has passed `input`; a `Failure` it throws becomes the error reply. */
  run(args: unknown, call: Call): Promise<Success>;
}

/** Ties a tool's handler to the type of its arguments. */
export function defineTool<Input extends z.ZodObject>(
  tool: Omit<Tool, 'input' | 'run'> & { input: Input; run(args: z.infer<Input>, call: Call): Promise<Success> },
): Tool {
  return { ...tool, run: (args, call) => tool.run(args as z.infer<Input>, call) };
}
