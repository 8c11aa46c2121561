import { defined, isObject, type JsonObject } from '../base/json.ts';
import type { Redact } from '../base/redact.ts';
import { cleanText } from '../base/text.ts';
import type { JobReport, Output } from './gateway.ts';
import { amount, isEmpty, jsonText, parseJson, partsOf, readError, statusWord, wordsOf } from './wire.ts';

/** What the description of a job says of its result. */
export interface Result {
  outputs: Output[];
  /** Nothing is there yet, or one of several is missing. */
  pending: boolean;
  /** What was not understood, as JSON, cleaned and cut short. */
  data?: string | undefined;
  /** An error that it names. */
  error?: string | undefined;
  costUsd?: number | undefined;
}

const MOST_OUTPUTS = 100;
/** More members or items are not looked at. */
const MOST_READ = 1_000;
const LONGEST_LINK = 8_192;
/** The documented lists of links, and what their links lead to. */
const LISTS: Record<string, Output['kind'] | undefined> = {
  outputs: undefined,
  videos: 'video',
  generated_images: 'image',
};
/** Where a result is looked for when there is no `result`. */
const OTHER_NAMES = ['output', 'data', 'payload', 'response'];
/** Members that hold no result: what describes the job itself, and links of the API. */
const NOT_RESULT =
  /^_|^(request_id|id|status|error|detail|message|code|result|job|inputs?|logs?|metrics|model)$|^(status|cancel|response|webhook|callback|logs?|queue|docs|help|self|get|stream)_url$/i;

/** Members that say why a job failed. */
const REASON = /(^|_)(fail(ed|ure)?|errors?|reason|msg|incomplete)(_|$)/i;

/** The report in a body, at its top, in `data` or in `job`; undefined where no documented state is named. */
export function readReport(json: unknown, redact: Redact): JobReport | undefined {
  const job = partsOf(json).find(part => statusWord(part.status) !== undefined);
  const status = statusWord(job?.status);
  if (!job || !status) return undefined;
  const result = readResult(job, redact);
  if (status !== 'COMPLETED') {
    const failure = status === 'FAILED' ? failureOf(job, result) : undefined;
    return defined<JobReport>({ status, outputs: [], failure: clean(failure, redact), costUsd: result.costUsd });
  }
  const failure = readError(job).own ?? errorIn(job) ?? result.error;
  return defined<JobReport>({
    status,
    outputs: result.outputs,
    resultPending: result.pending && failure === undefined ? true : undefined,
    resultData: result.data,
    failure: clean(failure, redact),
    costUsd: result.costUsd,
  });
}

/**
 * The result in the description of a job. Documented are `outputs`, `videos` and `generated_images` under `result`, and
 * beside the state in a synchronous answer. Where there is no link in them, links are looked for one level deep in every
 * other member and marked as found.
 */
export function readResult(job: JsonObject, redact: Redact): Result {
  const rest = Object.fromEntries(Object.entries(job).filter(([name]) => !NOT_RESULT.test(name)));
  const given = resultOf(job);
  const object = isObject(given) ? given : {};
  const documented = [object, rest].flatMap(listed);
  const links = documented.length > 0 ? documented : [...foundIn({ ...object, list: given }), ...foundIn(rest)];
  const outputs = unique(links.map(link => ({ ...link, url: redact(link.url) })));
  const other = isBlank(given) ? undefined : jsonText(given);
  const pending = [object, rest].some(hasGap) || (outputs.length === 0 && other === undefined);
  return {
    outputs,
    pending,
    data: outputs.length > 0 || pending ? undefined : clean(other, redact),
    // fal ends a refused job as COMPLETED, its result being the error (TanStack/ai#396).
    error: errorIn(object) ?? (outputs.length === 0 ? readError(object).own : undefined),
    costUsd: amount.parse(job._call_cost_usd) ?? amount.parse(object._call_cost_usd),
  };
}

/** `result`, which may be JSON inside a string, or what stands under one of the other names. */
function resultOf(job: JsonObject): unknown {
  const { result } = job;
  if (isEmpty(result)) return OTHER_NAMES.map(name => job[name]).find(value => !isEmpty(value));
  return typeof result === 'string' ? (parseJson(result) ?? result) : result;
}

/** An error beside a result: `error`, or a `code` with its message, since a message alone may be an acknowledgement. */
function errorIn(part: JsonObject): string | undefined {
  const { status, message } = readError(part);
  const coded = status === undefined ? undefined : (message ?? `code ${status}`);
  return wordsOf(part.error) ?? jsonText(part.error) ?? coded;
}

function failureOf(job: JsonObject, result: Result): string | undefined {
  const inner = isObject(job.result) ? wordsOf(job.result) : undefined;
  return readError(job).message ?? result.error ?? inner ?? reasonIn(job);
}

/** Why a job failed, from members such as `failure_message` (HeyGen), `errors` or `incomplete_details` (OpenAI): words first, then data. */
function reasonIn(job: JsonObject): string | undefined {
  const reasons = Object.entries(job).filter(([name]) => REASON.test(name));
  const told = reasons.map(([, value]) => wordsOf(value)).filter(text => text !== undefined);
  const data = reasons.filter(([, value]) => typeof value === 'object').map(([, value]) => jsonText(value));
  return longestOf(told) ?? data.find(text => text !== undefined);
}

/** A code beside a sentence is the shorter of the two. */
const longestOf = (texts: string[]): string | undefined => texts.toSorted((a, b) => b.length - a.length)[0];

const clean = (text: string | undefined, redact: Redact): string | undefined =>
  text === undefined ? undefined : cleanText(text, redact);

/** A result that holds nothing, not even in its lists. */
function isBlank(value: unknown): boolean {
  if (!isObject(value)) return isEmpty(value);
  return Object.entries(value).every(([name, part]) => name.startsWith('_') || isEmpty(part));
}

function listed(holder: JsonObject): Output[] {
  return Object.entries(LISTS).flatMap(([name, kind]) => itemsOf(holder[name]).flatMap(item => output(item, kind)));
}

/** Whether an entry of a documented list has no link yet. */
function hasGap(holder: JsonObject): boolean {
  return Object.keys(LISTS).some(name => itemsOf(holder[name]).some(item => isEmpty(isObject(item) ? item.url : item)));
}

const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, MOST_READ) : []);

/** Links in the members of an object: a text, or the texts in an object, in a list, or in the objects of a list. */
function foundIn(holder: JsonObject): Output[] {
  return members(holder)
    .flat()
    .slice(0, MOST_READ)
    .flatMap(value => (isObject(value) ? members(value) : [value]))
    .flatMap(value => output(value))
    .map(link => ({ ...link, found: true }));
}

const members = (holder: JsonObject): unknown[] =>
  Object.entries(holder).flatMap(([name, value]) => (NOT_RESULT.test(name) ? [] : [value]));

function output(item: unknown, kind?: Output['kind']): Output[] {
  const text = isObject(item) ? item.url : item;
  const url = typeof text === 'string' ? linkOf(text) : undefined;
  return url === undefined ? [] : [{ url, kind: kind ?? kindOf(url) }];
}

/** A link as it may be handed out: blanks and letters beyond ASCII percent-encoded; undefined when anything in it is hidden. */
function linkOf(text: string): string | undefined {
  const link = text.trim();
  if (link.length > LONGEST_LINK || !/^https?:\/\//i.test(link) || !URL.canParse(link)) return undefined;
  // A signature may depend on every byte, so a link without such characters stays as it is.
  if (/^[\x21-\x7e]+$/.test(link)) return link;
  const isVisible = /^[\x20-\x7e\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(link) && !/\p{DI}/u.test(link);
  return isVisible ? new URL(link).href : undefined;
}

function unique(outputs: Output[]): Output[] {
  const byUrl = new Map(outputs.toReversed().map(one => [one.url, one]));
  return [...byUrl.values()].toReversed().slice(0, MOST_OUTPUTS);
}

function kindOf(url: string): Output['kind'] {
  const { pathname } = new URL(url);
  if (/\.(mp4|mov|webm|m4v|mkv)$/i.test(pathname)) return 'video';
  if (/\.(gif|png|jpe?g|webp|avif)$/i.test(pathname)) return 'image';
  return 'other';
}
