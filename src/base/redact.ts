/** Replaces every occurrence of the key in a text. */
export type Redact = (text: string) => string;

/** Makes the function that keeps the key out of what this process says, and out of what it takes in from the gateway. */
export function redactor(key: string | null): Redact {
  if (!key) return text => text;
  // Text from outside may hold JSON that is not read as JSON.
  const spellings = [...new Set([key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key)])];
  return text => spellings.reduce((clean, spelling) => clean.replaceAll(spelling, '[key]'), text);
}

/** A value as JSON, the key kept out of every string in it, however JSON would have to spell it. */
export function stringifyRedacted(value: unknown, redact: Redact): string {
  return JSON.stringify(value, (_name, part) => (typeof part === 'string' ? redact(part) : part));
}
