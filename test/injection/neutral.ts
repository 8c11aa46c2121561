import { expect } from 'vitest';
import type { Reply } from '../../src/tools/reply.ts';
import { CANARY } from './hostile-text.ts';

/** Characters that hide or reorder text. */
// Written apart from the server's own rule, so that a gap in that one shows: first and last of each range.
export const HIDING = new RegExp(
  `[${[
    ['0', '1f'],
    ['7f', '9f'],
    ['ad', 'ad'],
    ['34f', '34f'],
    ['61c', '61c'],
    ['115f', '1160'],
    ['17b4', '17b5'],
    ['180b', '180f'],
    ['200b', '200f'],
    ['2028', '202e'],
    ['2060', '206f'],
    ['3164', '3164'],
    ['d800', 'f8ff'],
    ['fe00', 'fe0f'],
    ['feff', 'feff'],
    ['ffa0', 'ffa0'],
    ['fff9', 'fffb'],
    ['e0000', '10ffff'],
  ]
    .map(([from, to]) => `\\u{${from}}-\\u{${to}}`)
    .join('')}]`,
  'u',
);

/** A link may be long; whatever else comes from outside is a line or two. */
const LONGEST_LINK = 8_192;
const LONGEST_LINE = 501;

/** Asserts that a reply's guidance is free of the hostile text, and that its data cannot hide anything. */
export function expectNeutral(reply: Reply): void {
  const { summary, error } = reply;
  // The arguments that a call was made with may be named for the next one, as they were given.
  const { arguments: _arguments, ...next } = reply.next;
  // The question about a doubt names its record, if that is a plain id.
  const guidance = JSON.stringify([summary, error?.message, error?.steps, next]).replace(
    /\(record [\w.:-]{1,100}\)/g,
    '',
  );
  expect(guidance.toLowerCase()).not.toContain(CANARY);
  for (const issue of [
    ...(error?.issues ?? []),
    ...(reply.validation?.issues ?? []),
    ...(reply.validation?.warnings ?? []),
  ])
    expect(issue.message.toLowerCase()).not.toContain(CANARY);
  expectHarmless({ ...reply, next, validation: reply.validation && { ...reply.validation, studio_url: null } });
}

/** Asserts that no text in a value, keys included, hides or reorders what is read, and none is long. */
export function expectHarmless(value: unknown): void {
  for (const text of textsIn(value)) {
    expect(text).not.toMatch(HIDING);
    expect(text.length).toBeLessThanOrEqual(/^https?:/.test(text) ? LONGEST_LINK : LONGEST_LINE);
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const part of value) yield* textsIn(part);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      yield key;
      yield* textsIn(part);
    }
  }
}
