import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { isObject, type JsonObject } from '../base/json.ts';
import type { Redact } from '../base/redact.ts';
import { visibleText } from '../base/text.ts';
import { REQUEST_ID } from './gateway.ts';

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

/** How JSON and Python write that there is nothing. */
const NOTHING = /^(null|none|nil|undefined)?$/i;
const words = z
  .string()
  .refine(text => !NOTHING.test(text.trim()))
  .optional()
  .catch(undefined);
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
const place = z.union([z.string(), z.array(z.union([z.string(), z.number()])).min(1)]).optional();
const refusedField = z.looseObject({
  loc: place,
  path: place,
  field: place,
  param: place,
  msg: z.string().optional(),
  message: z.string().optional(),
});

const MOST_FIELDS = 20;

/** The objects of a body that may describe a job: the body itself, its `data` and its `job`. */
export function partsOf(json: unknown): JsonObject[] {
  return isObject(json) ? [json, json.data, json.job].filter(isObject) : [];
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
  // An id at the end of a cut-off body may be incomplete.
  const text = body.text.slice(0, MOST_SEARCHED).replaceAll('\\/', '/') + (body.whole ? '\n' : '');
  const ids = [...text.matchAll(ID_IN_TEXT)].map(([, id = '']) => id).filter(id => !NO_ID.test(id));
  const segments = [...text.matchAll(JOB_URL_IN_TEXT)].map(([, segment = '']) => decoded(segment));
  return [...ids, ...segments].find(id => isRequestId(id, redact));
}

/** Whether a value is an id that may be stored and put into a URL. */
export const isRequestId = (id: unknown, redact: Redact): id is string =>
  typeof id === 'string' && REQUEST_ID.test(id) && redact(id) === id;

/** Whether a member counts as absent: null, false, 0, empty, or a word for null. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return NOTHING.test(value.trim());
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

/** What a refusal says of single fields: `detail: [{loc: ["body", "inputs", "prompt"], msg}]` (FastAPI), or a list like it. */
export function readRefusedFields(json: unknown): { path: string; words: string }[] {
  if (!isObject(json)) return [];
  const inner = isObject(json.error) ? json.error : {};
  const lists = [json.detail, json.errors, json.issues, json.details, inner.details, inner.errors, inner.issues];
  return (lists.find(list => Array.isArray(list)) ?? []).slice(0, MOST_FIELDS).flatMap(item => {
    const {
      loc,
      path = loc,
      field = path,
      param = field,
      msg,
      message = msg,
    } = refusedField.safeParse(item).data ?? {};
    const place = Array.isArray(param) ? param.join('.') : param;
    return place === undefined || message === undefined ? [] : [{ path: place.replace(/^body\./, ''), words: message }];
  });
}

/**
 * Whether a text may be a proxy's: no more than the standard phrase of a status, such as "503 Service Unavailable", or what
 * proxies say of a request that they had passed on (Tyk: "There was a problem proxying the request"; Envoy's "upstream …").
 */
export function isProxyPhrase(text: string): boolean {
  return PHRASES.has(bareWords(text)) || /\bproxy(ing)?\b|^upstream (connect|request)/i.test(text);
}

/** Whether a 429 is about a quota or a balance, which no short pause refills, and not about a rate. */
export function isQuota(json: unknown, message = ''): boolean {
  const parts = isObject(json) ? [json, json.error].filter(isObject) : [];
  const texts = parts
    .flatMap(({ type, code, reason }) => [type, code, reason])
    .filter(text => typeof text === 'string');
  const labels = texts.join(' ');
  if (/insufficient.?(quota|credit|balance|fund)|quota.?exceeded|billing|payment|top.?up/i.test(labels)) return true;
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

const QUOTA =
  /\b(quota|credits?|balance|funds|billing|payment|top.?up|(plan|daily|weekly|monthly|usage|spend(ing)?) limit)\b/i;
const RATE =
  /\brate.?limit|\bper.?(s|sec|second|m|min|minute|h|hour)\b|\b[rt]p[msh]\b|concurren|simultaneous|parallel|at (the same|one) time/i;
const USED_UP =
  /exceed|exhaust|used up|insufficient|reached|hit\b|deplet|r[au]n out|out of|no more|not enough|\bno\b|over the|too low|top.?up/i;

const bareWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\b(error|temporarily|http)\b|[^a-z]+/g, ' ')
    .trim()
    .replace(/\s+/g, ' ');
const PHRASES = new Set(Object.values(STATUS_CODES).map(phrase => bareWords(phrase ?? '')));

/** No description of a job is longer; the limit bounds the time of the search in broken text. */
const MOST_SEARCHED = 256 * 1024;
/** What may be between a name and its value: quotes in any escaping, and blanks. */
const QUOTES = String.raw`(?:\\*["']|&quot;|&#3[49];|\s){0,100}`;
const ID_IN_TEXT = new RegExp(
  `(?<![A-Za-z0-9_-])request_?id${QUOTES}[:=>]${QUOTES}([A-Za-z0-9][A-Za-z0-9._:-]{0,199})(?=[^A-Za-z0-9._:-])`,
  'gi',
);
/** The last segment of a `status_url`, or what comes after the path of a job anywhere. */
const JOB_URL_IN_TEXT = new RegExp(
  String.raw`(?:status_url${QUOTES}[:=]${QUOTES}[^\s"'\\<>&?#]{0,500}\/|\/run\/(?:status|cancel)\/)([^\s"'\\<>&?#/]{1,500})(?=[\s"'\\<>&?#/])`,
  'g',
);
/** What JSON and Python write where there is no id. */
const NO_ID = /^(null|none|nil|undefined|nan|true|false)$/i;

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
