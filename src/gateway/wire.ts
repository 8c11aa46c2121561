import * as z from 'zod';
import { cleanText } from '../base/text.ts';
import { type GatewayStatus, type JobReport, type Output, REQUEST_ID } from './gateway.ts';

/** What an error body says, whatever its shape. */
export interface ErrorBody {
  message: string | null;
  retryAfterSeconds: number | null;
  requiredCredits: number | null;
}

const amount = z.number().nonnegative().finite().nullable().catch(null).default(null);
const text = z.string().nullable().catch(null).default(null);

const submitted = z.looseObject({
  request_id: z.string(),
  status: z.string().default('IN_QUEUE'),
  _call_cost_usd: amount,
  _balance_warning: z.unknown().optional(),
});

const link = z.union([z.string(), z.looseObject({ url: z.string() }).transform(item => item.url)]).catch('');
const links = z.array(link).catch([]).default([]);
const result = z
  .looseObject({ outputs: links, videos: links, generated_images: links })
  .catch({ outputs: [], videos: [], generated_images: [] });

const reported = z.looseObject({
  status: z.string(),
  result: result.optional(),
  error: z.unknown().optional(),
  _call_cost_usd: amount,
});

const hidden = z.looseObject({
  code: z.coerce.number().int().min(400).max(599),
  status: z.string().catch('').default(''),
});
const errorObject = z.looseObject({ message: text, required_credits: amount, retry_after_seconds: amount });
const errorBody = z.looseObject({
  error: z.union([z.string(), errorObject]).nullable().catch(null).default(null),
  detail: z.unknown().optional(),
  message: text,
  retry_after_seconds: amount,
  required_credits: amount,
});

const STATUSES: readonly GatewayStatus[] = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED'];

// Once for all: zod compiles a schema when it is first used.
const named = z.looseObject({ request_id: z.string() });
const liveJob = z.looseObject({ request_id: z.string(), status: z.string() });
const confirmed = z.looseObject({ cancelled: z.literal(true) });

/** The body of an accepted submit, or null when it is not one. The id is not yet checked. */
export function parseSubmitted(body: unknown): {
  requestId: string;
  status: GatewayStatus;
  costUsd: number | null;
  lowBalance: boolean;
} | null {
  const parsed = submitted.safeParse(body);
  if (!parsed.success) return null;
  return {
    requestId: parsed.data.request_id,
    // The job exists whatever word the gateway has for its state; the first look will tell.
    status: parseStatus(parsed.data.status) ?? 'IN_QUEUE',
    costUsd: parsed.data._call_cost_usd,
    lowBalance: Boolean(parsed.data._balance_warning),
  };
}

/** Whether a body is a live job's, id and state: then there is a job, whatever the status above it says. */
export function namesLiveJob(body: unknown): boolean {
  const parsed = liveJob.safeParse(body);
  const status = parsed.success ? parseStatus(parsed.data.status) : null;
  return (
    parsed.success && REQUEST_ID.test(parsed.data.request_id) && (status === 'IN_QUEUE' || status === 'IN_PROGRESS')
  );
}

/** Whether the body of a status answer says that it is about another job. */
export function namesOtherJob(body: unknown, requestId: string): boolean {
  const parsed = named.safeParse(body);
  return parsed.success && parsed.data.request_id !== requestId;
}

/** The body of a status answer; null when it is none, or names a status that is not documented. */
export function parseReport(body: unknown): Omit<JobReport, 'recordId'> | null {
  const parsed = reported.safeParse(body);
  const status = parsed.success ? parseStatus(parsed.data.status) : null;
  if (!parsed.success || !status) return null;
  return {
    status,
    outputs: status === 'COMPLETED' && parsed.data.result ? outputsOf(parsed.data.result) : [],
    failure: status === 'FAILED' ? (parseErrorBody(body).message ?? 'The gateway gave no reason.') : null,
    costUsd: parsed.data._call_cost_usd,
  };
}

/**
 * The four shapes of error bodies seen in the gateway's public clients: `{error: {message}}`, `{error: "…"}`,
 * `{detail: "…"}`, `{message: "…"}`. Anything else says nothing.
 */
export function parseErrorBody(body: unknown): ErrorBody {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return { message: null, retryAfterSeconds: null, requiredCredits: null };
  const { error, detail, message, retry_after_seconds, required_credits } = parsed.data;
  const inner = typeof error === 'object' ? error : null;
  const said = (typeof error === 'string' ? error : inner?.message) ?? readDetail(detail) ?? message;
  return {
    message: said === null ? null : cleanText(said),
    retryAfterSeconds: retry_after_seconds ?? inner?.retry_after_seconds ?? null,
    requiredCredits: required_credits ?? inner?.required_credits ?? null,
  };
}

/** Whether the answer to a cancel says that the job is cancelled now. */
export function saysCancelled(body: unknown): boolean {
  return confirmed.safeParse(body).success;
}

/**
 * The status that an HTTP 200 hides in its body: `{code: 500, message: "…"}` is an error too. Not beside a job's status
 * or, in the answer to a submit, a job's id: what names a job has to be believed, or it would be submitted again.
 */
export function hiddenStatus(body: unknown, submitted: boolean): number | null {
  const parsed = hidden.safeParse(body);
  if (!parsed.success || parseStatus(parsed.data.status) || (submitted && parseSubmitted(body))) return null;
  return parsed.data.code;
}

function parseStatus(word: string): GatewayStatus | null {
  return STATUSES.find(status => status === word.toUpperCase()) ?? null;
}

function readDetail(detail: unknown): string | null {
  if (typeof detail === 'string') return detail;
  return detail == null ? null : JSON.stringify(detail);
}

function outputsOf(found: z.infer<typeof result>): Output[] {
  const all = [
    ...found.outputs.map(url => ({ url, kind: kindOf(url) })),
    ...found.videos.map(url => ({ url, kind: 'video' as const })),
    ...found.generated_images.map(url => ({ url, kind: 'image' as const })),
  ];
  return all.filter(output => isLink(output.url)).slice(0, 100);
}

function isLink(url: string): boolean {
  return url.length <= 8192 && /^https?:\/\/[\x21-\x7e]+$/.test(url) && URL.canParse(url);
}

function kindOf(url: string): Output['kind'] {
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  if (/\.(mp4|mov|webm|m4v|mkv)$/i.test(path)) return 'video';
  if (/\.(gif|png|jpe?g|webp|avif)$/i.test(path)) return 'image';
  return 'other';
}
