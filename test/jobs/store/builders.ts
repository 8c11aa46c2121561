import type { Accepted, JobReport, Submit } from '../../../src/gateway/gateway.ts';
import { intentsOf } from '../../../src/jobs/hashes.ts';
import type { JobStore, Reservation, ReservationRequest, ReservedRow } from '../../../src/jobs/store/job-store.ts';

export const ORIGIN = 'https://gateway.example';

/** What a test changes of a submit; what is asked for is the prompt and these. */
export interface Asked extends Partial<Submit> {
  prompt?: string;
  lift?: number;
  origin?: string;
  maxPerHour?: number;
}

export function asking({
  prompt = 'Make the title red',
  lift = 0,
  maxPerHour = 0,
  origin = ORIGIN,
  ...submit
}: Asked = {}): ReservationRequest {
  const intent = { prompt, template: submit.templateId, name: submit.name, definition: submit.definition };
  const whole: Submit = { model: 'shotstack/template-update', inputs: {}, intent, ...submit };
  return { submit: whole, ...intentsOf(origin, whole), lift, blocksFrom: lift, maxPerHour };
}

/** Reserves what nothing blocks. */
export async function reserve(store: JobStore, asked: Asked = {}): Promise<ReservedRow> {
  const reservation = await store.reserve(asking(asked));
  if (reservation.kind !== 'reserved') throw new Error(`The submit is ${reservation.kind}.`);
  return reservation.row;
}

/** Submits, and has it accepted with this id. */
export async function submit(store: JobStore, requestId: string, asked: Asked = {}): Promise<ReservedRow> {
  const row = await reserve(store, { prompt: requestId, ...asked });
  await store.settle(row, { kind: 'accepted', accepted: accepted(requestId) });
  return row;
}

export const kindOf = async (asked: Promise<Reservation>): Promise<string> => (await asked).kind;

export const accepted = (requestId?: string, further: Partial<Accepted> = {}): Accepted => ({
  ...(requestId === undefined ? {} : { requestId }),
  status: 'IN_QUEUE',
  outputs: [],
  ...further,
});

export const report = (status: JobReport['status'], further: Partial<JobReport> = {}): JobReport => ({
  status,
  outputs: [],
  ...further,
});
