import { type Clock, withTimeout } from '../base/clock.ts';
import { SurroundingsFailure } from '../base/failure.ts';
import { DOUBT_ASKS_MS, NOT_YET_MS, STORE_HELD_MS, SUBMIT_ANSWER_MS } from '../base/limits.ts';
import { callEnded, GatewayFailure } from '../gateway/failure.ts';
import type { Accepted, Gateway, Intent, JobReport, Submit } from '../gateway/gateway.ts';
import { hashIntent, intentsOf } from './hashes.ts';
import { isLive, type JobRecord } from './job.ts';
import { liftWord } from './lift.ts';
import type { Outbox, SettleResult } from './outbox.ts';
import type { JobCall, Poller } from './poller.ts';
import type { Blocked, Outcome, ReservedRow } from './store/job-store.ts';
import type { StoreAccess } from './store-access.ts';

/** The job that a call to submit is answered with. */
export interface SubmitResult {
  record: JobRecord;
  /** An equal submit had made this job already; nothing was submitted. */
  duplicate: boolean;
  /** The word in `allow` that submits a duplicate all the same. */
  lift?: string;
  lowBalance: boolean;
  /** Live jobs and open doubts of the same template with another definition. */
  conflicts: JobRecord[];
  /** The job is not in the store yet. */
  unwritten: boolean;
}

/** A submit that the gateway refused after its call had answered: no job was made, and the row is gone. */
export interface LateRefusal {
  templateId?: string | undefined;
  submittedAt: number;
  failure: GatewayFailure;
}

export interface SubmitterOptions {
  gateway: Gateway;
  store: StoreAccess;
  outbox: Outbox;
  poller: Poller;
  clock: Clock;
  maxPerHour: number;
}

/** Between two checks of an equal submit on its way, milliseconds. */
const EQUAL_PAUSE_MS = 200;
/** What asking the store may take, milliseconds: the outbox is written first, and each may wait for another process. */
const ASK_MS = 2 * STORE_HELD_MS;
/** Of the time for an answer, kept to read one that is in the socket already, milliseconds. */
const READ_MS = 1_000;
const MOST_LATE_REFUSALS = 20;
/** A call with less time than this left submits nothing, milliseconds. */
const LEAST_MS = 3_000;

/** Submits: guard, reservation, request, outcome. `JobService.submit` is its one user. */
export class Submitter {
  readonly #options: SubmitterOptions;
  readonly #sending = new Set<Promise<unknown>>();
  readonly #lateRefusals: LateRefusal[] = [];

  constructor(options: SubmitterOptions) {
    this.#options = options;
  }

  /** Whether a request is on its way. */
  get sending(): boolean {
    return this.#sending.size > 0;
  }

  /** The refusals that came after their call had answered, since this was last called. */
  takeLateRefusals(): LateRefusal[] {
    return this.#lateRefusals.splice(0);
  }

  /** Resolves when the requests that are on their way have their outcome. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#sending);
  }

  async findEqual(editsIntent: Intent, lift: number, call: JobCall): Promise<SubmitResult | null> {
    const { gateway, store } = this.#options;
    const intent = hashIntent(gateway.origin, editsIntent);
    const found = await this.#guarded(lift, call, blocksFrom =>
      store.use(opened => opened.findBlock({ intent, editsIntent: intent, blocksFrom })),
    );
    return found && duplicateOf(found);
  }

  async submit(submit: Submit, lift: number, call: JobCall): Promise<SubmitResult | null> {
    const { gateway, store, maxPerHour } = this.#options;
    const intents = intentsOf(gateway.origin, submit);
    const reserved = await this.#guarded(lift, call, blocksFrom =>
      store.reserve({ submit, ...intents, lift, blocksFrom, maxPerHour }),
    );
    if (reserved.kind === 'blocked') return duplicateOf(reserved);
    if (reserved.kind === 'stale') return null;
    if (reserved.kind === 'spent') throw new SurroundingsFailure('spend_guard', { spent: reserved });
    const { row, conflicts } = reserved;
    this.#options.outbox.reserved(row);
    // The reservation may have taken long: a call that was cancelled or is nearly over meanwhile sends nothing.
    if (call.signal.aborted || call.deadline - this.#options.clock.monotonic() < LEAST_MS) {
      await this.#options.outbox.settle(row, { kind: 'refused' });
      throw callEnded('submit');
    }
    const attempts = new AbortController();
    const sending = this.#send(row, submit, lift, AbortSignal.any([call.signal, attempts.signal]));
    this.#sending.add(sending);
    void sending.catch(() => {}).finally(() => this.#sending.delete(sending));
    try {
      const { accepted, record, written } = await this.#inTime(sending, row, lift, call);
      return { record, duplicate: false, lowBalance: accepted.lowBalance ?? false, conflicts, unwritten: !written };
    } finally {
      attempts.abort();
    }
  }

  /** The request's outcome, or `submission_unknown` when the call has to answer before it. */
  async #inTime<T>(sending: Promise<T>, row: ReservedRow, lift: number, { deadline }: JobCall): Promise<T> {
    const { clock } = this.#options;
    const limit = Math.min(SUBMIT_ANSWER_MS, deadline - clock.monotonic());
    // Two timers: after a sleep of the machine the first is over at once, before the answer in the socket is read.
    const sent = (await withTimeout(clock, sending, limit - READ_MS)) ?? (await withTimeout(clock, sending, READ_MS));
    if (sent !== null) return sent;
    sending.catch((failure: unknown) => {
      if (!(failure instanceof GatewayFailure) || failure.code === 'submission_unknown') return;
      this.#lateRefusals.push({ templateId: row.templateId, submittedAt: row.submittedAt, failure });
      if (this.#lateRefusals.length > MOST_LATE_REFUSALS) this.#lateRefusals.shift();
    });
    throw doubtful(row, lift, { cause: 'NO_ANSWER_YET' });
  }

  /** Sends the request and settles its outcome, however long the call that asked for it lasts. */
  async #send(
    row: ReservedRow,
    submit: Submit,
    lift: number,
    signal: AbortSignal,
  ): Promise<{ accepted: Accepted; record: JobRecord; written: boolean }> {
    const { gateway, outbox } = this.#options;
    let accepted: Accepted;
    try {
      accepted = await gateway.submit(submit, signal);
    } catch (error) {
      const outcome = outcomeOf(error);
      const { record } = await outbox.settle(row, outcome);
      if (outcome.kind === 'refused') throw error;
      const confirmed = record && (await this.#askAboutHint(record).catch(() => null));
      if (!confirmed) throw doubtful(row, lift, error instanceof GatewayFailure ? error.facts : {});
      return { accepted: { status: 'IN_QUEUE', outputs: [] }, record: confirmed, written: true };
    }
    const settled = await outbox.settle(row, { kind: 'accepted', accepted });
    return { accepted, ...this.#owned(settled, row, lift) };
  }

  /** The job of an accepted submit; a doubt when its id belongs to another submit. */
  #owned({ record, written }: SettleResult, row: ReservedRow, lift: number): { record: JobRecord; written: boolean } {
    if (record && record.status !== 'UNKNOWN') return { record, written };
    throw doubtful(row, lift, { cause: 'ID_OF_ANOTHER_JOB' });
  }

  /** What the store answers once no equal submit is on its way and the blocking row was polled. */
  async #guarded<T extends { kind: string } | null>(
    lift: number,
    { signal, deadline }: JobCall,
    ask: (blocksFrom: number) => Promise<T | Blocked>,
  ): Promise<T | Blocked> {
    const { clock } = this.#options;
    const asked = new Set<string>();
    let blocksFrom = lift;
    for (;;) {
      const left = deadline - clock.monotonic();
      if (signal.aborted || left < LEAST_MS) throw callEnded('submit');
      const answer = await ask(blocksFrom);
      if (!isBlocked(answer)) return answer;
      const { record, nextLift } = answer;
      if (record.status === 'SUBMITTING') {
        // If it is accepted, this call is answered with its job, whatever the lift.
        blocksFrom = Math.min(blocksFrom, record.lift);
        if (left < LEAST_MS + ASK_MS) throw blockedBy(record, nextLift, clock.now());
        await clock.sleep(EQUAL_PAUSE_MS, signal).catch(() => {});
        continue;
      }
      if (record.otherTenant) throw blockedBy(record, nextLift, clock.now());
      if (!asked.has(record.rowId) && (await withTimeout(clock, this.#renew(record), left - LEAST_MS, signal))) {
        asked.add(record.rowId);
        continue;
      }
      if (record.status === 'UNKNOWN') throw blockedBy(record, nextLift, clock.now());
      return answer;
    }
  }

  /** Asks the gateway about a row that blocks. Resolves to true when the guard is to be asked again. */
  async #renew(record: JobRecord): Promise<boolean> {
    if (record.status === 'UNKNOWN') return (await this.#askAboutHint(record)) !== null;
    if (!isLive(record.status) || record.requestId === undefined) return false;
    try {
      await this.#options.poller.poll(record.requestId);
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      // The stored state is used, but a job that is gone has become a doubt.
      return error.code === 'job_gone' || error.code === 'result_expired';
    }
    return true;
  }

  /** Asks the gateway about the id that an answer in doubt named. Resolves to the job if there is one. */
  async #askAboutHint({ rowId, hint, submittedAt, otherKey }: JobRecord): Promise<JobRecord | null> {
    const { gateway, store, clock } = this.#options;
    if (hint === undefined) return null;
    let report: JobReport;
    try {
      report = await gateway.poll(hint);
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      const counts = !otherKey && clock.now() - submittedAt >= NOT_YET_MS;
      if (error.code === 'job_not_found' && counts) await store.try(opened => opened.dropHint(rowId));
      return null;
    }
    const confirmed = await store.try(opened => opened.confirmHint(rowId, report));
    return confirmed?.result ? (await store.find(hint)).record : null;
  }
}

const isBlocked = (answer: { kind: string } | null): answer is Blocked => answer?.kind === 'blocked';

function duplicateOf({ record, nextLift }: Blocked): SubmitResult {
  const word = liftWord(nextLift);
  return {
    record,
    duplicate: true,
    ...(word ? { lift: word } : {}),
    lowBalance: false,
    conflicts: [],
    unwritten: false,
  };
}

/** What a failed request means for its row. Anything but the gateway's own failures leaves a doubt. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof GatewayFailure)) return { kind: 'doubt' };
  if (!error.doubt) return { kind: 'refused' };
  const { hint, recordId } = error.facts;
  return { kind: 'doubt', ...(hint ? { hint } : {}), ...(recordId ? { recordId } : {}) };
}

function doubtful(row: ReservedRow, lift: number, facts: Partial<GatewayFailure['facts']>): GatewayFailure {
  const word = liftWord(lift + 1);
  return new GatewayFailure('submission_unknown', {
    ...facts,
    operation: 'submit',
    submittedAt: row.submittedAt,
    ...(row.templateId ? { templateId: row.templateId } : {}),
    ...(word ? { lift: word } : {}),
  });
}

/** An earlier equal submit, in doubt or of another tenant: nothing was sent now. */
function blockedBy(
  { recordId, templateId, submittedAt, otherTenant, gone, requestId }: JobRecord,
  nextLift: number,
  now: number,
): GatewayFailure {
  const word = liftWord(nextLift);
  return new GatewayFailure('submission_unknown', {
    operation: 'submit',
    earlier: true,
    submittedAt,
    otherTenant,
    ...(now - submittedAt >= DOUBT_ASKS_MS ? { old: true } : {}),
    ...(word ? { lift: word } : {}),
    ...(otherTenant || !recordId ? {} : { recordId }),
    ...(otherTenant || !templateId ? {} : { templateId }),
    ...(gone && requestId && !otherTenant ? { requestId } : {}),
  });
}
