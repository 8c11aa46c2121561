import { SurroundingsFailure } from '../../base/failure.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Accepted, JobReport, Submit } from '../../gateway/gateway.ts';
import type { JobRecord, JobStatus } from '../job.ts';

/** What is asked for, hashed (`jobs/hashes.ts`). Two submits that share either mean the same. */
export interface IntentHashes {
  intent: string;
  /** Only of edits: see `Submit.editsIntent`. */
  editsIntent?: string;
}

/** What the guard against duplicates is asked about. */
export interface GuardQuery extends IntentHashes {
  /** Rows of this lift or a higher one block; the call's lift unless it has waited for an equal one of a lower lift. */
  blocksFrom: number;
}

/** A submit that asks for a row, with what the guards need. */
export interface ReservationRequest extends GuardQuery {
  submit: Submit;
  /** 0 for none; (intent, lift) is the idempotency key. */
  lift: number;
  /** Most submits of the whole store in an hour; 0 for no limit. */
  maxPerHour: number;
}

/** A reserved row: everything that is needed to write it again should it be gone when the answer comes. */
export interface ReservedRow extends IntentHashes {
  id: string;
  lift: number;
  model: string;
  templateId?: string;
  name?: string;
  definitionHash?: string;
  /** Gzipped JSON. */
  definition?: Uint8Array;
  submittedAt: number;
}

/**
 * A row of the same intent blocks a submit: SUBMITTING, an open doubt, live, or COMPLETED within ten minutes.
 *
 * @remarks `nextLift` is one more than the highest lift among the rows that block.
 */
export interface Blocked {
  kind: 'blocked';
  record: JobRecord;
  nextLift: number;
}

/** The answer to a request for a row. */
export type Reservation =
  /** It may leave; its row is SUBMITTING and on disk. */
  | { kind: 'reserved'; row: ReservedRow; conflicts: JobRecord[] }
  | Blocked
  /** Another definition than the one that was edited is now the last sent for the template. */
  | { kind: 'stale' }
  /** The hour's submits are used up. */
  | { kind: 'spent'; used: number; nextFreeAt: number };

/**
 * The store did not say whether the reservation was written. Nothing may be sent, and the row must not count: settle it as
 * refused once the store can be used.
 */
export class UncertainReservation extends SurroundingsFailure {
  readonly row: ReservedRow;

  constructor(row: ReservedRow, { code, facts }: SurroundingsFailure) {
    super(code, facts);
    this.row = row;
  }
}

/** What the answer to a submit means for its row. */
export type Outcome =
  | { kind: 'accepted'; accepted: Accepted }
  /** No job exists: the row goes. */
  | { kind: 'refused' }
  /** A job may exist. */
  | { kind: 'doubt'; hint?: string; recordId?: string };

/** One definition that was sent for a template. */
export interface SentDefinition {
  rowId: string;
  sentAt: number;
  requestId?: string;
  status: JobStatus;
  name?: string;
  definition: JsonObject;
}

export interface JobFilter {
  status?: JobStatus | undefined;
  templateId?: string | undefined;
  /** The beginning of a request id. */
  prefix?: string | undefined;
  limit: number;
}

/**
 * Where jobs are remembered, by every process that shares the store. Every method rejects with a `store_unavailable`
 * SurroundingsFailure when the store cannot be used.
 */
export interface JobStore {
  /** Changes when the database at the store's place is another one than before (a file that was replaced). */
  readonly generation: number;
  /**
   * Checks the guards and, unless one blocks, writes the row: one atomic transaction, on disk when it resolves. Rejects
   * with an `UncertainReservation` when the row may have been written all the same, and once as `lost` after the database
   * was replaced, whichever call found that out: the guards do not know what was in the other one.
   */
  reserve(intent: ReservationRequest): Promise<Reservation>;
  /** What would block a submit with this intent; null for nothing. */
  findBlock(intent: GuardQuery): Promise<Blocked | null>;
  /**
   * Writes what came of a submit. Idempotent, and an upsert for `accepted` and `doubt`: a deleted row is written again.
   * A row that has been accepted is never taken back. Resolves to the row, or null when it was refused.
   *
   * An accepted id that another row with an intent of this origin owns makes this row an open doubt; a row that was only
   * looked up is merged into it, the later state kept.
   */
  settle(row: ReservedRow, outcome: Outcome): Promise<JobRecord | null>;
  /** Gives an UNKNOWN row the id that its hint named, once the gateway has confirmed it. False when another row owns it. */
  confirmHint(rowId: string, report: JobReport): Promise<boolean>;
  /** Notes that the gateway does not know the hint of a doubt. */
  dropHint(rowId: string): Promise<void>;
  /** The row of that id: of the present origin if there is one, else of another. */
  find(requestId: string): Promise<JobRecord | null>;
  /** Claims the right to poll a known job: false when another process claimed it within `intervalMs`. */
  claimPoll(requestId: string, intervalMs: number): Promise<boolean>;
  /** Writes what a poll brought, also of a job submitted elsewhere. */
  saveReport(requestId: string, report: JobReport): Promise<JobRecord>;
  /** Makes the row of a live job an open doubt: the gateway no longer knows the job. */
  markGone(requestId: string): Promise<JobRecord | null>;
  /** Open doubts first (whatever the limit), then newest first. */
  list(filter: JobFilter): Promise<JobRecord[]>;
  /**
   * What was sent for a template to this origin and not failed or cancelled, newest first.
   *
   * @param editsIntent leaves out the doubts of these edits: a user who wants them sent again says that they did not arrive
   */
  definitions(templateId: string, limit: number, editsIntent?: string): Promise<SentDefinition[]>;
  /** The templates whose definitions are kept, the most recently sent first. */
  templates(limit: number): Promise<string[]>;
  close(): Promise<void>;
}
