/**
 * The JSON in a text that a user gave, as an argument or as a file. A byte order mark is ignored. A mistake is described
 * in a sentence, with its line and column, from 1, and with what to do where that is known.
 */
export async function parseJsonText(text: string): Promise<{ json: unknown } | { problem: string }> {
  const bare = text.replace(/^\u{feff}/u, '');
  try {
    return { json: JSON.parse(bare) };
  } catch (error) {
    if (bare.trim() === '') return { problem: 'It is empty.' };
    const offset = await mistakeAt(bare, error instanceof Error ? error.message : '');
    return { problem: describe(bare, offset) };
  }
}

/** Where the first mistake is: V8 says so for most mistakes; for the others a parser does that always says it. */
async function mistakeAt(text: string, message: string): Promise<number> {
  const [, position] = /at position (\d+)( \(line \d+ column \d+\))?$/.exec(message) ?? [];
  if (position !== undefined) return Number(position);
  if (/end of JSON input$/.test(message)) return text.length;
  const { parse } = await import('@humanwhocodes/momoa');
  try {
    parse(text);
    return text.length;
  } catch (error) {
    return (error as { offset?: number }).offset ?? text.length;
  }
}

function describe(text: string, offset: number): string {
  const fence = /^\s*(`{3,}|~{3,})/.exec(text);
  if (fence)
    return 'It is not JSON from line 1, column 1 on: a Markdown fence. Leave out the lines with ``` before and behind it.';
  if (offset >= text.trimEnd().length) return `It is not JSON: it ends too early${openEnd(text)}.`;
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  const where = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const [from, upTo] = [text.slice(offset), text.slice(0, offset).trimEnd()];
  const found = MISTAKES.find(([starts, ends]) => starts.test(from) && ends.test(upTo))?.[2];
  const what = found === COMMA && endsWithKey(upTo) ? 'a colon is missing before it.' : found;
  const other = isWhole(upTo)
    ? 'something behind the JSON. Give the JSON alone.'
    : 'something that does not belong there.';
  return `It is not JSON from ${where} on: ${what ?? other}`;
}

/** The brackets that are open at the end, as far as that can be told. */
function openBrackets(text: string): string[] {
  const open: string[] = [];
  let inText = false;
  for (const [mark] of text.matchAll(/\\.|["[\]{}]/gs)) {
    if (mark === '"') inText = !inText;
    else if (!inText && /[[{]/.test(mark)) open.push(mark);
    else if (!inText && /[\]}]/.test(mark)) open.pop();
  }
  return open;
}

/** Whether a text ends with the key of an object. */
const endsWithKey = (text: string): boolean =>
  openBrackets(text).at(-1) === '{' && /[{,]\s*"(?:[^"\\]|\\.)*"$/.test(text);

function openEnd(text: string): string {
  const open = openBrackets(text).length;
  return open > 0 ? `, with ${open} bracket${open === 1 ? '' : 's'} open; it was cut off` : '; it was cut off';
}

const COMMA = 'a comma is missing before it.';

/** What a mistake is, by the text from its offset on and, where it matters, the text before it; the first match counts. */
const MISTAKES: [from: RegExp, before: RegExp, what: string][] = [
  [/^(\/\/|\/\*|#)/, /^/, 'a comment. JSON has none: leave it out.'],
  [/^[\]}]/, /,$/, 'a trailing comma. Leave out the comma before this bracket.'],
  [/^,/, /[,[{:]$/, 'a comma too many. Leave it out.'],
  [/^\{[^{}"]*\}\}/, /\{$/, 'a placeholder without quotes. Write "{{ NAME }}".'],
  [/^\{\{/, /^/, 'a placeholder without quotes. Write "{{ NAME }}".'],
  [/^'/, /^/, 'single quotes. JSON has double quotes only: "…".'],
  [/^[“”„«»‘’]/, /^/, 'a typographic quote. Write the plain ".'],
  [/^\\"/, /^/, 'quotes with a backslash. It is JSON inside a text: give it without the backslashes.'],
  [/^(True|False|None)\b/, /^/, 'a word of Python. JSON has true, false and null.'],
  [/^(undefined|NaN|Infinity|-Infinity)\b/, /^/, 'a word that JSON does not have. Give a value, or leave the key out.'],
  [/^[\n\r\t]/, /^/, 'a line break or tab inside a text. Write \\n or \\t.'],
  [/^/, /^$/, 'words before the JSON. Give the JSON alone, from its first { on.'],
  [/^[A-Za-z_$][\w$]*\s*:/, /^/, 'a key without quotes. Write "key":.'],
  [/^["{[\d-]/, /["}\]\de]$/, COMMA],
];

/** Whether a text is valid JSON: an object or a list. */
function isWhole(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
