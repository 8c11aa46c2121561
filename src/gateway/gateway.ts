import type { JsonObject } from '../base/json.ts';

/** What is asked for, however it is worded: two with equal values are one (JSON, hashed by the job service). */
export interface Intent {
  model: string;
  intent: JsonObject;
}

/** What is submitted, for any model. Only the model's own file knows what the inputs mean. */
export interface Submit extends Intent {
  inputs: JsonObject;
  /** The same inputs in another layout, for a gateway that does not take the first. */
  alternative?: {
    inputs: JsonObject;
    /** Whether this refusal (the gateway's own words, of a 400) asks for the other layout. */
    isWanted(message: string): boolean;
    /** Called when the gateway has accepted the submit: `inputs` are those that it took. */
    onAccepted(inputs: JsonObject): void;
  };
  webhookUrl?: string;
  templateId?: string;
  name?: string;
  /** The whole definition, kept so that the next update can build on it. */
  definition?: JsonObject;
  /** The intent with edits as they were given in place of what they make: made twice, they may make something else. */
  editsIntent?: JsonObject;
  /** The row whose definition was edited, if it has to be the one last sent when the submit is reserved. */
  baseRowId?: string;
}

/** The gateway's states of a job. */
export type GatewayStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** A link to something a job has made. */
export interface Output {
  url: string;
  kind: 'video' | 'image' | 'other';
  /** True for a link found under a key that is not documented. */
  found?: true;
}

/** A submit that the gateway has accepted. */
export interface Accepted {
  /** Missing when the gateway answered synchronously without an id. */
  requestId?: string;
  /** COMPLETED for a synchronous answer with its result; else IN_QUEUE, whatever state the answer names. */
  status: 'IN_QUEUE' | 'COMPLETED';
  outputs: Output[];
  /** The billing and audit row, which a user quotes to support. */
  recordId?: string;
  costUsd?: number;
  /** Set when the gateway warned that the balance is running low. */
  lowBalance?: true;
}

/** What the gateway says of a job. */
export interface JobReport {
  status: GatewayStatus;
  outputs: Output[];
  /** COMPLETED, but its result is not (wholly) there yet. */
  resultPending?: true;
  /** A result that was not understood, cleaned and cut short: data. */
  resultData?: string;
  /** The gateway's words beside FAILED, if it gave a reason, or an error beside COMPLETED: data, cleaned and capped. */
  failure?: string;
  recordId?: string;
  costUsd?: number;
}

/** The gateway, as the job service needs it. Methods reject with a `GatewayFailure`. */
export interface Gateway {
  /** Where requests go; part of every intent. */
  readonly origin: string;
  /**
   * Asks for a job. At most one job comes of it. Resolves or rejects within SUBMIT_REQUEST_MS; rejects with
   * `submission_unknown` when a job may exist, with anything else when none was made.
   *
   * @param signal ends a pause between attempts and keeps a further attempt from starting; never cuts off a request
   */
  submit(submit: Submit, signal: AbortSignal): Promise<Accepted>;
  /**
   * Asks for a job's state; free. Resolves or rejects within POLL_MS; rejects with `job_not_found` only for a 404 in the
   * gateway's own words. `facts.transient` says that a later poll may succeed.
   */
  poll(requestId: string): Promise<JobReport>;
  /** Asks for a queued job to be cancelled. Resolves when the request was taken: a poll then says what came of it. */
  cancel(requestId: string, signal: AbortSignal): Promise<void>;
  /** Drops the connections. */
  close(): Promise<void>;
}

/** Request ids: what may be part of a URL of ours and of an argument. */
export const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/;
