import { isObject } from './json.ts';

/** Replaces every occurrence of the secrets in a text with `[key]`. */
export type Redact = (text: string) => string;

/** A shorter secret may be part of an ordinary word, and is replaced only where it is a word of its own. */
const SHORTEST_ANYWHERE = 8;

/**
 * Makes the function that keeps secrets out of what this process writes and out of what it takes in from the gateway.
 *
 * Each character is found as it is, percent-encoded (also twice) or as JSON escapes it, and blanks between two of them
 * change nothing, since quoted text may be wrapped. Clean text before redacting it
 * (`cleanText`): an escape sequence inside a key hides it until it is removed.
 */
export function redactor(...secrets: (string | null | undefined)[]): Redact {
  // The longest first: one may be the beginning of another.
  const patterns = secrets
    .flatMap(secret => secret || [])
    .toSorted((a, b) => b.length - a.length)
    .map(patternOf);
  return text => patterns.reduce((clean, pattern) => clean.replace(pattern, '[key]'), text);
}

/** A value as JSON, the secrets kept out of every string and every name in it. */
export function stringifyRedacted(value: unknown, redact: Redact): string {
  return JSON.stringify(value, (_name, part) => {
    if (typeof part === 'string') return redact(part);
    if (!isObject(part) || Object.keys(part).every(name => redact(name) === name)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [redact(name), member]));
  });
}

function patternOf(secret: string): RegExp {
  const characters = Array.from({ length: secret.length }, (_, i) => spellingsOf(secret.charCodeAt(i)));
  if (secret.length >= SHORTEST_ANYWHERE)
    return new RegExp([characters.join('\\s*'), ...base64Of(secret)].join('|'), 'g');
  return new RegExp(`(?<![A-Za-z0-9_])${characters.join('')}(?![A-Za-z0-9_])`, 'g');
}

/** Patterns for a secret inside a longer text in base64: what its bytes alone decide, at each of three offsets. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].map(offset => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    const certain = bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return certain.replace(/[+/]/g, sign => (sign === '+' ? '[-+]' : '[_/]'));
  });
}

/** A pattern for one UTF-16 code unit in every spelling. */
function spellingsOf(unit: number): string {
  const unicode = `\\u${hex(unit, 4)}`;
  const bytes = Buffer.from(String.fromCharCode(unit)).toString('hex').match(/../g) ?? [];
  const percent = bytes.map(byte => `%(?:25)*${eitherCase(byte)}`).join('');
  const escaped = `\\\\{1,16}u${eitherCase(hex(unit, 4))}`;
  // JSON writes a backslash before a quote, a backslash and, in some encoders, a slash.
  const literal = /["\\/]/.test(String.fromCharCode(unit)) ? `\\\\{0,16}${unicode}` : unicode;
  // The longer spellings first: a key may end with a percent sign.
  return `(?:${percent}|${escaped}|${literal})`;
}

const hex = (unit: number, digits: number): string => unit.toString(16).padStart(digits, '0');

const eitherCase = (digits: string): string => digits.replace(/[a-f]/g, letter => `[${letter}${letter.toUpperCase()}]`);
