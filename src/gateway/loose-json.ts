/** A text as JSON, undefined when it is none; a byte order mark before it is dropped. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/**
 * As `parseJson`; what JavaScript refuses is read as it was meant: NaN and Infinity as null (Python's json.dumps writes
 * them), JSON inside a string, text around the object, a printed Python dict, line breaks in texts, a comma too many.
 */
export function parseLoosely(text: string): unknown {
  const strict = parseJson(text);
  if (typeof strict === 'string') return parseLoosely(strict) ?? strict;
  if (strict !== undefined || /^\s*</.test(text)) return strict;
  const object = text.slice(Math.max(0, text.indexOf('{')), text.lastIndexOf('}') + 1);
  try {
    return JSON.parse(object.replace(TOKENS, mend));
  } catch {
    // Not JSON, or a text with millions of escapes, on which V8's matcher runs out of stack.
    return undefined;
  }
}

/** Texts, and outside them what JSON does not have. Each text is matched whole, closed or not, so that it is read once. */
const TOKENS =
  /"[^"\\]*(?:\\.[^"\\]*)*"?|'[^'\\]*(?:\\.[^'\\]*)*'?|[-+]?\b(?:NaN|Infinity)\b|\b(?:None|True|False|undefined)\b|,(?=\s*[}\]])/gs;

function mend(token: string): string {
  if (token.startsWith('"')) return token.replace(/\p{Cc}/gu, ' ');
  if (token.startsWith("'")) return `"${token.slice(1, -1).replaceAll('"', '\\"').replaceAll("\\'", "'")}"`;
  if (token === ',') return '';
  return /^(True|False)$/.test(token) ? token.toLowerCase() : 'null';
}
