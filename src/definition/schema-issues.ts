import type * as z from 'zod';
import type { Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { formatPath, shorten } from '../base/text.ts';
import { type Path, valueAt } from './path.ts';
import { hasPlaceholder } from './placeholders.ts';
import { defOf, type Expectation, expectationAt, type Node } from './schema-node.ts';
import { type Advice, applySuggestion, leaveOut, put, suggestionText } from './suggestions/advice.ts';
import { suggestForKey } from './suggestions/key.ts';
import { plainColour } from './suggestions/scalar.ts';
import { findShapeMistakes } from './suggestions/shape-mistakes.ts';
import { suggestForValue } from './suggestions/value.ts';

/** What kind of mistake an issue is; the most serious first. */
const KINDS = ['wrong shape', 'missing', 'unknown key', 'wrong value'] as const;
type Kind = (typeof KINDS)[number];

/** An issue and its correction. */
interface Finding {
  kind: Kind;
  path: Path;
  issue: Issue;
  /** Shotstack may accept it. */
  lenient?: true;
  /** Corrects it in a copy of the definition. */
  mend?: (document: JsonObject) => void;
}

/** The most mistakes that are worded, those aside that Shotstack may accept. */
const MOST_READ = 500;
/** Mistakes may hide others: how many times the findings are corrected in a copy and the copy is checked. */
const MOST_ROUNDS = 3;
const MOST_ALLOWED = 30;

/** What the official schema finds wrong; `cut` where there is more than was read. */
export interface SchemaIssues {
  findings: Finding[];
  cut: boolean;
  /** The definition with every correction; the very same object when there is none. */
  mended: JsonObject;
}

/**
 * What the official schema finds wrong, in words that an agent can act on: one finding a mistake. What a mistake hides
 * (the keys of an asset whose type is misspelt, the value of a key under a wrong name) is found with it, and comes after.
 */
export function findSchemaIssues(schema: z.ZodType, definition: JsonObject): SchemaIssues {
  const found = new Map<string, Finding>();
  let document = definition;
  let cut = false;
  let missing: string[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const issues = schema.safeParse(document, { reportInput: true }).error?.issues ?? [];
    const { read, more } = readIssues(schema, document, issues);
    cut ||= more;
    read.sort(bySeriousness);
    // A missing key that a correction filled from another key is one mistake; a mistake in its value is another.
    const absent = new Set(read.flatMap(({ kind, issue }) => (kind === 'missing' ? issue.path : [])));
    for (const path of missing) if (!absent.has(path)) found.delete(path);
    const fresh = read.filter(({ issue }) => !found.has(issue.path));
    if (fresh.length === 0) break;
    for (const finding of fresh) found.set(finding.issue.path, finding);
    const copy = structuredClone(document);
    for (const { mend } of fresh) mend?.(copy);
    if (fresh.every(({ mend }) => !mend)) break;
    missing = fresh.filter(({ kind }) => kind === 'missing').map(({ issue }) => issue.path);
    document = copy;
  }
  return { findings: [...found.values()], cut, mended: document };
}

const bySeriousness = (a: Finding, b: Finding): number => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);

/** Reads issues until there are MOST_READ for which Shotstack would refuse the definition; `more` where some are left. */
function readIssues(
  schema: Node,
  document: JsonObject,
  issues: readonly z.core.$ZodIssue[],
): { read: Finding[]; more: boolean } {
  const found: Finding[] = [];
  let refused = 0;
  for (const issue of issues) {
    if (refused >= MOST_READ) return { read: found, more: true };
    if (comesFromPlaceholder(document, issue.path)) continue;
    const fresh = read(schema, document, issue).filter(({ path }) => !comesFromPlaceholder(document, path));
    found.push(...fresh);
    refused += fresh.filter(({ lenient }) => !lenient).length;
  }
  return { read: found, more: false };
}

function read(schema: Node, document: JsonObject, issue: z.core.$ZodIssue): Finding[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(schema, document, issue.path, issue.keys);
  if (issue.code === 'invalid_union') {
    const meant = branchMeant(issue);
    if (meant)
      return meant.flatMap(inside => read(schema, document, { ...inside, path: [...issue.path, ...inside.path] }));
  }
  return [unfitValue(schema, document, issue)];
}

/** Of a union the branch that takes a value of this kind and finds mistakes inside it; null when there is not one. */
function branchMeant({ errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | null {
  const inside = errors.filter(branch => branch.length > 0 && branch.every(issue => issue.path.length > 0));
  return inside.sort((a, b) => a.length - b.length)[0] ?? null;
}

/** A placeholder may become anything; what its default becomes is checked apart. */
function comesFromPlaceholder(document: JsonObject, path: Path): boolean {
  const value = valueAt(document, path);
  return typeof value === 'string' && hasPlaceholder(value);
}

function unknownKeys(schema: Node, document: JsonObject, at: Path, keys: readonly string[]): Finding[] {
  const shapes = findShapeMistakes(schema, document, at, keys);
  const explained = new Set(shapes.flatMap(shape => shape.keys));
  const allowed = Object.keys(expectationAt(schema, document, at).shape).slice(0, MOST_ALLOWED);
  return [
    ...shapes.map(shape =>
      finding('wrong shape', shape.path, shape, { received: shorten(valueAt(document, shape.path)) }),
    ),
    ...keys
      .filter(key => !explained.has(key))
      .map(key => {
        const path = [...at, key];
        const advice = suggestForKey({ schema, document, at, key });
        return finding('unknown key', path, advice, { received: shorten(valueAt(document, path)), allowed });
      }),
  ];
}

function unfitValue(schema: Node, document: JsonObject, issue: z.core.$ZodIssue): Finding {
  const path = issue.path;
  const value = valueAt(document, path);
  const received = shorten(value);
  if (issue.code === 'custom') {
    const message = value === '' ? `It is empty. ${issue.message}` : issue.message;
    return finding('missing', path, { message }, { received });
  }
  const fit = expectationAt(schema, document, path);
  const rest = { received, allowed: listed(fit) };
  if (value === undefined) return finding('missing', path, { message: `This is required: ${fit.words}.` }, rest);
  if (value === null) return finding('wrong value', path, ofNull(schema, document, path, fit), rest);
  if (typeof value === 'string' && fit.allowed.includes(Number(value))) {
    const message = `Shotstack’s schema wants a number here; it may still take this text. Write ${Number(value)}.`;
    return { ...finding('wrong value', path, put(Number(value), message), rest), lenient: true };
  }
  const colour = fit.words === 'a text' ? plainColour(path, value) : null;
  if (colour) return finding('wrong value', path, colour, rest);
  const meant = suggestForValue({ at: path, value, fit, holder: valueAt(document, path.slice(0, -1)) });
  const whole = Object.keys(fit.shape).length > 0 || fit.takesList || path.at(-1) === 'type';
  const wrong = whole ? 'wrong shape' : 'wrong value';
  const message = [`This must be ${fit.words}.`, meant?.message].filter(Boolean).join(' ');
  return finding(wrong, path, { ...meant, message }, rest);
}

function ofNull(schema: Node, document: JsonObject, path: Path, fit: Expectation): Advice {
  const holder = expectationAt(schema, document, path.slice(0, -1));
  const node = holder.shape[String(path.at(-1))];
  if (node && isOptional(node)) return leaveOut('null is not allowed: leave the key out.');
  return { message: `null is not allowed, and this is required: ${fit.words}.` };
}

const isOptional = (node: Node): boolean => ['optional', 'default'].includes(defOf(node).type);

function finding(kind: Kind, path: Path, { message, suggestion }: Advice, rest: Partial<Issue>): Finding {
  const issue = { path: formatPath(path), message, ...rest };
  if (!suggestion) return { kind, path, issue };
  const mend = (document: JsonObject): void => applySuggestion(document, path, suggestion);
  return { kind, path, issue: { ...issue, suggestion: suggestionText(path, suggestion) }, mend };
}

function listed({ allowed, kinds, shape }: Expectation): unknown[] | undefined {
  const keys = Object.keys(shape);
  if (allowed.length > 0) return allowed;
  return kinds?.values ?? (keys.length > 0 && keys.length <= MOST_ALLOWED ? keys : undefined);
}
