import type { Handler } from '../support/recording-gateway.ts';
import type { Stage } from './stage.ts';

/** How the scripted gateway answers each kind of request. */
export interface Script {
  submit?: Handler;
  status?: Handler;
  cancel?: Handler;
}

/** One situation on a stage, with what belongs to it alone. */
export interface Scene {
  stage: Stage;
  /** The id of the job that comes of its submit. */
  id: string;
  /** Says which situation a submit belongs to: its prompt in every call. */
  prompt: string;
}

/** Something that an agent may run into, and what must come of it. */
export interface Situation {
  title: string;
  gateway?: Script;
  /** Settings beside those of every stage; an empty one takes a variable away. `GATEWAY` stands for its host and port. */
  env?: Record<string, string>;
  /** The server against its own gateway, instead of the scripted one. */
  sandbox?: true;
  /** A chunk of the built server that is missing. */
  without?: string;
  /** It has a server and a store of its own; others share them with those of equal settings. */
  alone?: true;
  /** What has gone before. */
  before?: (scene: Scene) => Promise<unknown>;
  /** The server is started anew after the first call. */
  restart?: true;
  tool: string;
  args: Record<string, unknown> | ((scene: Scene) => Record<string, unknown>);
  /** Every call, the fewest that do; `repeat` is the very same call again. */
  path: string[];
  end: 'done' | 'ask_user' | 'fix_arguments';
  /** Submits on the wire, all told. */
  submits: number;
}
