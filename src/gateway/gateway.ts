import type { JsonObject } from '../base/json.ts';
import type { JobStatus } from '../guidance/progress.ts';

/** An update of a template as this project speaks of it; `inputs.ts` turns it into the gateway's fields. */
export interface TemplateUpdate {
  prompt: string;
  templateId: string | null;
  name: string | null;
  /** The whole definition (`timeline`, `output`, …), or null to send none. */
  definition: JsonObject | null;
  /** The gateway's documented options, under the gateway's own names. */
  options: JsonObject;
  /** Further fields for `inputs`; none of them is one of the fields above. */
  extraInputs: JsonObject;
  webhookUrl: string | null;
}

/** The gateway's states of a job. */
export type GatewayStatus = Exclude<JobStatus, 'SUBMITTING' | 'UNKNOWN'>;

/** A link to something a job has made. */
export interface Output {
  url: string;
  kind: 'video' | 'image' | 'other';
}

/** A job that the gateway has accepted. */
export interface Submission {
  requestId: string;
  status: GatewayStatus;
  /** The billing and audit row, which a user quotes to support. */
  recordId: string | null;
  costUsd: number | null;
  /** Whether the gateway warned that the balance is running low. */
  lowBalance: boolean;
}

/** What the gateway says of a job. */
export interface JobReport {
  status: GatewayStatus;
  outputs: Output[];
  /** The gateway's reason for FAILED: data, cleaned and capped. */
  failure: string | null;
  recordId: string | null;
  costUsd: number | null;
}

/**
 * The gateway, as the job service needs it. Every method rejects with a `Failure` that says what happened, and ends
 * within its own time limit; an aborted signal ends a pause between attempts at once, never a request on its way.
 */
export interface Gateway {
  /**
   * Asks for a job. At most one job comes of it.
   *
   * @param withinMs ends it sooner than its own limit; nothing is sent when too little is left for an answer
   */
  submit(update: TemplateUpdate, signal?: AbortSignal, withinMs?: number): Promise<Submission>;
  /** Asks how a job stands; free. */
  status(requestId: string): Promise<JobReport>;
  /** Asks for a queued job to be cancelled: true when the gateway says that it is, false when the job had already ended. */
  cancel(requestId: string, signal?: AbortSignal): Promise<boolean>;
  /** Drops the connections. */
  close(): Promise<void>;
}

/** The request ids that may stand in a URL of ours. */
export const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
