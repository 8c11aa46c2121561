import type { Handler } from '../support/recording-gateway.ts';
import type { Stage } from './stage.ts';

/** How the scripted gateway answers each kind of request. */
export interface Script {
  submit?: Handler;
  status?: Handler;
  cancel?: Handler;
}

/** Something that an agent may run into, and what must come of it. */
export interface Situation {
  title: string;
  gateway?: Script;
  /** Settings beside those of every stage; an empty one takes a variable away. */
  env?: Record<string, string>;
  /** The server against its own gateway, instead of the scripted one. */
  sandbox?: true;
  /** Files of the folder that the server may use. */
  files?: Record<string, string>;
  /** A chunk of the built server that is missing. */
  without?: string;
  /** What has gone before. */
  before?: (stage: Stage) => Promise<void>;
  /** The server is started anew after the first call. */
  restart?: true;
  tool: string;
  args: Record<string, unknown> | ((stage: Stage) => Record<string, unknown>);
  /** Every call, and the waits between them: the fewest that do. */
  path: string[];
  end: 'done' | 'ask_user' | 'fix_arguments';
  /** Submits on the wire, all told. */
  submits: number;
}
