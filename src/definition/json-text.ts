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
  const what = MISTAKES.find(([at]) => at(text, offset))?.[1];
  return `It is not JSON from ${where} on: ${what ?? 'something that does not belong there.'}`;
}

/** How many brackets are open at the end, as far as that can be counted. */
function openEnd(text: string): string {
  let open = 0;
  let inText = false;
  for (const [mark] of text.matchAll(/\\.|["[\]{}]/gs)) {
    if (mark === '"') inText = !inText;
    else if (!inText && /[[{]/.test(mark)) open++;
    else if (!inText && /[\]}]/.test(mark)) open--;
  }
  return open > 0 ? `, with ${open} bracket${open === 1 ? '' : 's'} open; it was cut off` : '; it was cut off';
}

const from = (text: string, offset: number): string => text.slice(offset);
const upTo = (text: string, offset: number): string => text.slice(0, offset).trimEnd();

/** What a mistake is, by the text at and before its offset; the first match counts. */
const MISTAKES: [at: (text: string, offset: number) => boolean, what: string][] = [
  [(text, at) => /^(\/\/|\/\*|#)/.test(from(text, at)), 'a comment. JSON has none: leave it out.'],
  [
    (text, at) => /^[\]}]/.test(from(text, at)) && upTo(text, at).endsWith(','),
    'a trailing comma. Leave out the comma before this bracket.',
  ],
  [(text, at) => text[at] === ',' && /[,[{:]$/.test(upTo(text, at)), 'a comma too many. Leave it out.'],
  [
    (text, at) => /^\{\s*[^{}"]*\}\}/.test(from(text, at)) && upTo(text, at).endsWith('{'),
    'a placeholder without quotes. Write "{{ NAME }}".',
  ],
  [(text, at) => /^\{\{/.test(from(text, at)), 'a placeholder without quotes. Write "{{ NAME }}".'],
  [(text, at) => text[at] === "'", 'single quotes. JSON has double quotes only: "…".'],
  [(text, at) => /^[“”„«»‘’]/.test(from(text, at)), 'a typographic quote. Write the plain ".'],
  [
    (text, at) => /^\\"/.test(from(text, at)),
    'quotes with a backslash. It is JSON inside a text: give it without the backslashes.',
  ],
  [(text, at) => /^(True|False|None)\b/.test(from(text, at)), 'a word of Python. JSON has true, false and null.'],
  [
    (text, at) => /^(undefined|NaN|Infinity|-Infinity)\b/.test(from(text, at)),
    'a word that JSON does not have. Give a value, or leave the key out.',
  ],
  [(text, at) => /^[\n\r\t]/.test(from(text, at)), 'a line break or tab inside a text. Write \\n or \\t.'],
  [(text, at) => at === 0 || upTo(text, at) === '', 'words before the JSON. Give the JSON alone, from its first { on.'],
  [(text, at) => /^[A-Za-z_$][\w$]*\s*:/.test(from(text, at)), 'a key without quotes. Write "key":.'],
  [
    (text, at) => /^["{[\d-]/.test(from(text, at)) && /["}\]\de]$/.test(upTo(text, at)),
    'a comma is missing before it.',
  ],
  [
    (text, at) => /[}\]]$/.test(upTo(text, at)) && isWhole(upTo(text, at)),
    'something behind the JSON. Give the JSON alone.',
  ],
];

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
