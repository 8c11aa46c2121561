import { isObject, type JsonObject, omitUndefined } from '../base/json.ts';
import type { Redact } from '../base/redact.ts';
import { cleanText } from '../base/text.ts';
import type { GatewayStatus, JobReport, Output } from './gateway.ts';
import { parseLoosely } from './loose-json.ts';
import { isAmbiguous, meantState, ownState, stateWords } from './state.ts';
import { amount, isEmpty, jsonText, partsOf, readError, wordsOf } from './wire.ts';

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
/** How many levels of a value are searched for a link. */
const MOST_LEVELS = 5;
/** Members that hold no result: what describes the job itself, what was sent for it, and links of the API. */
const NOT_RESULT =
  /^_|^(request_id|id|status|error|detail|code|inputs?(_.*)?|request|template|timeline|merge|src|urls|links|logs?|metrics|model)$|^(status|cancel|poll(ing)?|response|webhook|callback|logs?|queue|docs|help|self|get|stream|source|dashboard)_?ur[li]$/i;

/** Members that say why a job failed. */
const REASON = /(^|_)(fail(ed|ure)?|errors?|reason|msg|incomplete)(_|$)/i;

/** The report in the answer to a poll; undefined where no state is named that can be understood. */
export function readReport(json: unknown, redact: Redact): JobReport | undefined {
  const { job, status } = describedJob(json, redact) ?? {};
  if (!job || !status) return undefined;
  const result = readResult(job, redact);
  if (status !== 'COMPLETED') {
    const failure = status === 'FAILED' ? failureOf(job, result) : undefined;
    return omitUndefined<JobReport>({ status, outputs: [], failure: clean(failure, redact), costUsd: result.costUsd });
  }
  const failure = readError(job).own ?? errorIn(job) ?? result.error;
  return omitUndefined<JobReport>({
    status,
    outputs: result.outputs,
    resultPending: result.pending && failure === undefined ? true : undefined,
    resultData: result.data,
    failure: clean(failure, redact),
    costUsd: result.costUsd,
  });
}

/**
 * The part of an answer that describes the job, and its state: by the gateway's own word, else by another API's in the
 * innermost part; COMPLETED where there is no word but a documented result.
 */
function describedJob(json: unknown, redact: Redact): { job: JsonObject; status: GatewayStatus } | undefined {
  const parts = isObject(json) ? [...partsOf(json), json.response, json.task].filter(isObject) : [];
  const linksOf = (job: JsonObject): Output[] => readResult(job, redact).outputs;
  const isAlone = (job: JsonObject): boolean => parts.every(part => part === job || stateWords(part).length === 0);
  const meant = (word: string, job: JsonObject): GatewayStatus | undefined =>
    isAmbiguous(word) && !(isAlone(job) && linksOf(job).length > 0) ? undefined : meantState(word);
  const isMade = (job: JsonObject): boolean =>
    isEmpty(job.error) && job.done !== false && linksOf(job).some(({ found }) => !found);
  const read = (job: JsonObject, stateOf: (word: string, job: JsonObject) => GatewayStatus | undefined) => {
    const status = stateWords(job)
      .map(word => stateOf(word, job))
      .find(state => state !== undefined);
    return status ? [{ job, status }] : [];
  };
  const [known] = [
    ...parts.flatMap(job => read(job, ownState)),
    ...parts.toReversed().flatMap(job => read(job, meant)),
  ];
  if (known || parts.some(({ status, state }) => !isEmpty(status ?? state))) return known;
  const job = parts.find(isMade);
  return job && { job, status: 'COMPLETED' };
}

/**
 * The result in the description of a job. `outputs`, `videos` and `generated_images` are documented under `result`, and
 * beside the state in a synchronous answer. Where there is no link in them, links are looked for a few levels deep in every
 * other member. What is not where it is documented is marked as found.
 */
export function readResult(job: JsonObject, redact: Redact): Result {
  const rest = Object.fromEntries(Object.entries(job).filter(([name]) => !NOT_RESULT.test(name)));
  const given = resultOf(job);
  const object = isObject(given) ? given : {};
  const documented = [object, rest].flatMap(listed);
  const links = documented.length > 0 ? documented : [given, rest].flatMap(value => linksIn(value));
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

/** `result`, which may be JSON inside a string, or the value of one of the other names. */
function resultOf(job: JsonObject): unknown {
  const { result } = job;
  if (isEmpty(result)) return OTHER_NAMES.map(name => job[name]).find(value => !isEmpty(value));
  return typeof result === 'string' ? (parseLoosely(result) ?? result) : result;
}

/** An error beside a result: `error`, `errors`, or a `code` with its message, since a message alone may be an acknowledgement. */
function errorIn(part: JsonObject): string | undefined {
  const { status, message } = readError(part);
  const coded = status === undefined ? undefined : (message ?? `code ${status}`);
  return wordsOf(part.error) ?? jsonText(part.error) ?? jsonText(part.errors) ?? coded;
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
  return Object.entries(LISTS).flatMap(([name, kind]) => itemsOf(holder[name]).flatMap(item => entryLinks(item, kind)));
}

/** Whether an entry of a documented list has no link yet. */
function hasGap(holder: JsonObject): boolean {
  return Object.keys(LISTS).some(name =>
    itemsOf(holder[name]).some(item =>
      isObject(item) ? isEmpty(item.url) && linksIn(item).length === 0 : isEmpty(item),
    ),
  );
}

const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, MOST_READ) : []);

/** The link of an entry of a documented list, or those that it wraps. */
function entryLinks(item: unknown, kind: Output['kind'] | undefined): Output[] {
  const own = output(item, kind);
  return own.length > 0 ? own : linksIn(item);
}

/** Links in a value, however they are wrapped. */
function linksIn(value: unknown, levels = MOST_LEVELS): Output[] {
  if (typeof value === 'string') return output(value).map(link => ({ ...link, found: true }));
  if (levels === 0) return [];
  const parts = isObject(value)
    ? Object.entries(value).flatMap(([name, part]) => (NOT_RESULT.test(name) ? [] : [part]))
    : itemsOf(value);
  return parts.flatMap(part => linksIn(part, levels - 1));
}

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
