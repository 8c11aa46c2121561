import type * as z from 'zod';
import type { Downloads } from '../downloads/downloads.ts';
import type { Files } from '../files/files.ts';
import type { JobService } from '../jobs/service.ts';
import type { Resolve } from '../net/resolve.ts';
import type { Outcome } from './reply.ts';

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
  /** The user's files, as far as they are allowed. */
  files(): Promise<Files>;
  downloads(): Promise<Downloads>;
  /** Looks names up. */
  resolve: Resolve;
}

/** One call, and what a tool may use while it works on it. */
export interface Call extends Services {
  /** By when it must have its answer, in monotonic milliseconds. */
  deadline: number;
  /** Aborts when the client cancels the call or the server stops. */
  signal: AbortSignal;
  /** Tells the client how far it is, if it asked for that: seconds of seconds, or bytes of bytes. */
  progress(done: number, total: number | null, message: string): void;
}

/** What an agent can call. */
export interface Tool {
  name: string;
  title: string;
  /** For the agent: what it does, when to use it and when not, what it costs or destroys. Under 2 KB. */
  description: string;
  annotations: Annotations;
  input: z.ZodObject;
  /** Does the call. `args` has passed `input`; a `Failure` it throws becomes the error reply. */
  run(args: unknown, call: Call): Promise<Outcome>;
}

/** Ties a tool's handler to the type of its arguments. */
export function defineTool<Input extends z.ZodObject>(
  tool: Omit<Tool, 'input' | 'run'> & { input: Input; run(args: z.infer<Input>, call: Call): Promise<Outcome> },
): Tool {
  return { ...tool, run: (args, call) => tool.run(args as z.infer<Input>, call) };
}
