import type * as z from 'zod';
import { didYouMean } from '../base/did-you-mean.ts';
import type { Issue } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { formatPath, shorten } from '../base/text.ts';
import { hasPlaceholder } from './clips.ts';
import { type Fit, fitAt, type Node } from './schema-node.ts';

/**
 * What agents write from habit, and the names that Shotstack has for it.
 * Source: shotstack/shotstack-cli, skills/shotstack/shared/agent-core.md, "Before composing JSON".
 */
const HABITS = new Map(
  Object.entries({
    alignment: ['align'],
    align: ['alignment'],
    name: ['family'],
    fontFamily: ['family'],
    duration: ['length'],
    transitions: ['transition'],
    center: ['middle'],
    middle: ['center'],
    grayscale: ['greyscale'],
    url: ['src'],
    fontSize: ['size'],
  }),
);

/** An issue, and whether the definition is refused for it. */
export interface Finding {
  issue: Issue;
  error: boolean;
  /** Nothing stands there. */
  missing?: boolean;
  /** The path under which this key was probably meant. */
  renamed?: string;
}

/** A definition with more mistakes is wrong as a whole; there is no use in wording them all. */
const MOST_READ = 500;

/** What the official schema finds wrong, in words that an agent can act on: one finding a mistake. */
export function findSchemaIssues(schema: z.ZodType, definition: JsonObject): Finding[] {
  const parsed = schema.safeParse(definition, { reportInput: true });
  if (parsed.success) return [];
  const found = parsed.error.issues.slice(0, MOST_READ).flatMap(issue => toFindings(schema, definition, issue));
  // A key under a wrong name is one mistake, though the schema misses the right one as well.
  const renamed = new Set(found.flatMap(({ renamed }) => renamed ?? []));
  const once = new Map(found.map(finding => [finding.issue.path, finding]));
  return [...once.values()].filter(({ issue, missing }) => !(missing && renamed.has(issue.path)));
}

function toFindings(schema: Node, definition: JsonObject, issue: z.core.$ZodIssue): Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => unknownKey(schema, definition, issue.path, key));
  }
  const path = formatPath(issue.path);
  const value = valueAt(definition, issue.path);
  if (issue.code === 'custom') return [{ error: true, issue: { path, message: issue.message, ...received(value) } }];
  const fit = fitAt(schema, definition, issue.path);
  if (value === undefined) {
    return [
      { error: true, missing: true, issue: { path, message: `This is required: ${fit.words}.`, ...listed(fit) } },
    ];
  }
  const error = !isStricterThanTemplates(value, fit);
  const message = error
    ? `This must be ${fit.words}.`
    : `Shotstack’s schema wants ${fit.words} here; it may still take this as a template’s value.`;
  return [{ error, issue: { path, message, ...received(value), ...listed(fit), ...suggested(value, fit) } }];
}

/** Templates are filled in before they are checked, and a number may come as text: neither is a mistake for certain. */
function isStricterThanTemplates(value: unknown, fit: Fit): boolean {
  return typeof value === 'string' && (hasPlaceholder(value) || fit.allowed.includes(Number(value)));
}

function unknownKey(schema: Node, definition: JsonObject, at: readonly PropertyKey[], key: string): Finding {
  const path = formatPath([...at, key]);
  const { keys } = fitAt(schema, definition, at);
  const inside = keys.includes('asset') && fitAt(schema, definition, [...at, 'asset']).keys.includes(key);
  const around = at.at(-1) === 'asset' && fitAt(schema, definition, at.slice(0, -1)).keys.includes(key);
  const meant = HABITS.get(key)?.find(name => keys.includes(name)) ?? didYouMean(key, keys);
  const holder = valueAt(definition, at);
  const free = meant !== null && !(isObject(holder) && Object.hasOwn(holder, meant));
  const base = {
    path,
    received: shorten(isObject(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined),
    allowed: keys,
  };
  if (inside) return { error: true, issue: { ...base, message: `This belongs into the clip’s asset: asset.${key}.` } };
  if (around) return { error: true, issue: { ...base, message: `This belongs to the clip, beside its asset.` } };
  if (!free) return { error: true, issue: { ...base, message: 'There is no such key here.' } };
  const message = `There is no such key here. Did you mean ${meant}?`;
  return { error: true, renamed: formatPath([...at, meant]), issue: { ...base, message, suggestion: meant } };
}

function suggested(value: unknown, fit: Fit): { suggestion?: string } {
  if (typeof value !== 'string') return {};
  const words = fit.allowed.filter(option => typeof option === 'string');
  const meant = HABITS.get(value)?.find(name => words.includes(name)) ?? didYouMean(value, words);
  if (meant !== null) return { suggestion: meant };
  const [number] = /^-?\d+(\.\d+)?/.exec(value.trim()) ?? [];
  return fit.takesNumber && number ? { suggestion: number } : {};
}

const listed = ({ allowed, keys }: Fit): { allowed?: unknown[] } =>
  allowed.length > 0 ? { allowed } : keys.length > 0 ? { allowed: keys } : {};

const received = (value: unknown): { received?: unknown } => (value === undefined ? {} : { received: shorten(value) });

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    document,
  );
}
