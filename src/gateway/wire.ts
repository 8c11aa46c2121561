import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import type { Issue } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import type { Redact } from '../base/redact.ts';
import { cleanText, visibleText } from '../base/text.ts';
import { type GatewayStatus, REQUEST_ID } from './gateway.ts';

/** A body as it came: what is not JSON for JavaScript may still hold an id. */
export interface Body {
  text: string;
  /** The text as JSON; undefined when it is none. */
  json: unknown;
  /** Whether the body arrived to its end. */
  whole: boolean;
}

/** What an error body says. Texts are as the gateway wrote them, not yet cleaned. */
export interface ErrorBody {
  /** What `error` or `detail` says: the forms in which the gateway itself reports an error. */
  own?: string | undefined;
  /** What is to be shown: `own`, or what the body says in another form. */
  message?: string | undefined;
  /** A status in the body (400–599): `code` at the top or in `error`. */
  status?: number | undefined;
  requiredCredits?: number | undefined;
}

const words = z.string().regex(/\S/).optional().catch(undefined);
/** An amount as a number or in digits; anything else is none. */
export const amount = z
  .union([z.number().nonnegative(), z.stringFormat('digits', /^\d+(\.\d+)?$/).transform(Number)])
  .optional()
  .catch(undefined);
const errorStatus = z.coerce.number().int().min(400).max(599).optional().catch(undefined);
const errorObject = z
  .looseObject({ message: words, detail: words, code: errorStatus, required_credits: amount })
  .optional()
  .catch(undefined);
const errorBody = z
  .looseObject({ message: words, code: errorStatus, required_credits: amount })
  .catch({ message: undefined, code: undefined, required_credits: undefined });
const validationDetail = z
  .array(z.looseObject({ loc: z.array(z.union([z.string(), z.number()])).min(1), msg: z.string() }))
  .catch([]);

const MOST_ISSUES = 20;
const STATUSES: readonly GatewayStatus[] = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED'];

/** A text as JSON, undefined when it is none; a byte order mark before it is dropped. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** The objects of a body that may describe a job: the body itself, its `data` and its `job`. */
export function partsOf(json: unknown): JsonObject[] {
  return isObject(json) ? [json, json.data, json.job].filter(isObject) : [];
}

/**
 * The gateway's state of a job, in any case, with blanks or hyphens for underscores and in either spelling of CANCELLED
 * (fal and the gateway write two Ls, Replicate and Azure one); undefined for another word.
 */
export function statusWord(word: unknown): GatewayStatus | undefined {
  if (typeof word !== 'string') return undefined;
  const plain = word
    .trim()
    .toUpperCase()
    .replace(/[\s-]/g, '_')
    .replace(/^CANCELED$/, 'CANCELLED');
  return STATUSES.find(status => status === plain);
}

/** The ids that a body gives the job: `request_id` at the top, in `data` or in `job`, as text or as a number. */
export function requestIdsOf({ json, text }: Body, redact: Redact): string[] {
  return partsOf(json)
    .map(({ request_id: id }) => (typeof id === 'number' ? digitsOf(id, text) : id))
    .filter(id => isRequestId(id, redact));
}

/**
 * An id in an answer that does not clearly accept: somewhere in the body, in whatever case, else in the path of a status or
 * cancel URL. The body is searched as text, since it may be cut off, refused by JavaScript (NaN), preceded by a warning,
 * JSON inside a string, or no JSON. Undefined when there is none.
 */
export function hintIn(body: Body, redact: Redact): string | undefined {
  const [known] = requestIdsOf(body, redact);
  if (known !== undefined) return known;
  // What ends with a body that was cut off may be half an id.
  const text = body.text.slice(0, MOST_SEARCHED).replaceAll('\\/', '/') + (body.whole ? '\n' : '');
  const ids = [...text.matchAll(ID_IN_TEXT)].map(([, id = '']) => id).filter(id => !NOTHING.test(id));
  const segments = [...text.matchAll(JOB_URL_IN_TEXT)].map(([, segment = '']) => decoded(segment));
  return [...ids, ...segments].find(id => isRequestId(id, redact));
}

/** Whether a value is an id that may be stored and put into a URL. */
export const isRequestId = (id: unknown, redact: Redact): id is string =>
  typeof id === 'string' && REQUEST_ID.test(id) && redact(id) === id;

/** Whether a member counts as absent: null, false, 0, or empty. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value)
    ? Object.keys(value).length === 0
    : value === undefined || value === null || value === false || value === 0;
}

/**
 * Reads the shapes of errors seen in the gateway's public clients: `{error: {message}}`, `{error: "…"}`,
 * `{detail: "…"}`, `{message: "…"}`, `{code, message}`.
 */
export function readError(json: unknown): ErrorBody {
  if (!isObject(json)) return {};
  const { message, code, required_credits } = errorBody.parse(json);
  const inner = isObject(json.error) ? errorObject.parse(json.error) : undefined;
  const own = wordsOf(json.error) ?? wordsOf(json.detail) ?? jsonText(json.detail);
  return {
    own,
    message: own ?? message ?? jsonText(json.error),
    status: code ?? inner?.code,
    requiredCredits: required_credits ?? inner?.required_credits,
  };
}

/** What a text, or an object with a `message` or `detail`, says. */
export function wordsOf(value: unknown): string | undefined {
  if (!isObject(value)) return words.parse(value);
  const { message, detail } = errorObject.parse(value) ?? {};
  return message ?? detail;
}

/** The fields that a 422 speaks of: `detail: [{loc: ["body", "inputs", "prompt"], msg}]`, as FastAPI writes it. */
export function readIssues(json: unknown, redact: Redact): Issue[] {
  if (!isObject(json) || !Array.isArray(json.detail)) return [];
  return validationDetail.parse(json.detail.slice(0, MOST_ISSUES)).map(({ loc, msg }) => ({
    path: cleanText((loc[0] === 'body' ? loc.slice(1) : loc).join('.'), redact) ?? '',
    message: cleanText(msg, redact) ?? '',
  }));
}

/** Whether a text is no more than the standard phrase of a status, such as "503 Service Unavailable". */
export function isStatusPhrase(text: string): boolean {
  return PHRASES.has(bareWords(text));
}

/** Whether a 429 is about a quota or a balance, which no short pause refills, and not about a rate. */
export function isQuota(json: unknown, message = ''): boolean {
  const inner = isObject(json) && isObject(json.error) ? json.error : {};
  const labels = [inner.type, inner.code, isObject(json) && json.code].filter(label => typeof label === 'string');
  if (/insufficient.?quota|quota.?exceeded|billing/i.test(labels.join(' '))) return true;
  return QUOTA.test(message) && USED_UP.test(message) && !RATE.test(message);
}

/**
 * A value as JSON on one line; undefined for an empty one, and for one that is nested too deeply to be written. Its texts
 * are made visible first: once JSON has escaped them, cleaning finds nothing in them any more.
 */
export function jsonText(value: unknown): string | undefined {
  if (isEmpty(value)) return undefined;
  try {
    return JSON.stringify(value, (_name, part) => (typeof part === 'string' ? visibleText(part) : part));
  } catch {
    return undefined;
  }
}

const QUOTA = /\b(quota|credits?|balance|billing|spend(ing)? limit|plan)\b/i;
const RATE = /\brate.?limit|\bper.?(s|sec|second|m|min|minute|h|hour)\b|\b[rt]p[msh]\b/i;
const USED_UP = /exceed|exhaust|used up|insufficient|reached|deplet|ran out|no more|over the|too low/i;

const bareWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\b(error|temporarily|http)\b|[^a-z]+/g, ' ')
    .trim()
    .replace(/\s+/g, ' ');
const PHRASES = new Set(Object.values(STATUS_CODES).map(phrase => bareWords(phrase ?? '')));

/** No description of a job is longer: the search is for what is broken, and its time is to be bounded. */
const MOST_SEARCHED = 256 * 1024;
/** What may stand between a name and its value: quotes in any escaping, and blanks. */
const QUOTES = String.raw`(?:\\*["']|&quot;|&#3[49];|\s){0,100}`;
const ID_IN_TEXT = new RegExp(
  `(?<![A-Za-z0-9_-])request_?id${QUOTES}[:=>]${QUOTES}([A-Za-z0-9][A-Za-z0-9._:-]{0,199})(?=[^A-Za-z0-9._:-])`,
  'gi',
);
const JOB_URL_IN_TEXT = /\/run\/(?:status|cancel)\/([^\s"'\\<>&?#/]{1,500})(?=[\s"'\\<>&?#/])/g;
/** How JSON and Python write that there is no id. */
const NOTHING = /^(null|none|nil|undefined|nan|true|false)$/i;

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** The digits of a number as the text has them: JSON.parse rounds those of 64 bits. */
function digitsOf(value: number, text: string): string | undefined {
  const written = [...text.matchAll(/"request_id"\s*:\s*(\d{1,200})(?![\d.eE])/g)].map(([, digits = '']) => digits);
  return written.find(digits => Number(digits) === value);
}
