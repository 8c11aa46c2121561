import { stringify } from 'smol-toml';
import type { JsonObject } from '../base/json.ts';

/**
 * Writes one server's table, in its old place or at the end, and leaves every other line as it is. A server
 * written in another way (inline, with dotted keys) is not found: the text then no longer parses, which the caller checks.
 */
export function setTomlServer(text: string, map: string, name: string, entry: JsonObject): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const table = stringify({ [map]: { [name]: entry } })
    .trim()
    .split('\n');
  const lines = linesOf(text);
  const blocks = blocksOf(lines, map, name);
  const [first] = blocks;
  // Comments inside the old table go above the new one.
  const comments = blocks.flatMap(({ start, end }) => lines.slice(start, end).filter(line => /^\s*#/.test(line)));
  if (first) return join(withoutBlocks(lines, blocks, first.start, [...comments, ...table]), eol, text);
  const body = text.trimEnd();
  return body === '' ? `${text}${table.join(eol)}${eol}` : `${body}${eol}${eol}${table.join(eol)}${eol}`;
}

/** Takes out one server's table and the empty line before it. A text without it stays as it is. */
export function removeTomlServer(text: string, map: string, name: string): string {
  const lines = linesOf(text);
  const blocks = blocksOf(lines, map, name);
  if (blocks.length === 0) return text;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return join(withoutBlocks(lines, blocks), eol, text);
}

interface Block {
  start: number;
  /** The line after its last. */
  end: number;
}

const linesOf = (text: string): string[] => text.split(/\r?\n/);

/** The table of a server and its sub-tables; comments and empty lines below a table belong to what follows. */
function blocksOf(lines: readonly string[], map: string, name: string): Block[] {
  const header = new RegExp(`^\\s*\\[\\s*${key(map)}\\s*\\.\\s*${key(name)}\\s*(\\.[^\\]]*)?\\]\\s*(#.*)?$`);
  return lines.flatMap((line, start) => {
    if (!header.test(line)) return [];
    let end = start + 1;
    for (let i = end; i < lines.length && !/^\s*\[[^\]]*\]\]?\s*(#.*)?$/.test(lines[i] ?? ''); i++) {
      if (!/^\s*(#.*)?$/.test(lines[i] ?? '')) end = i + 1;
    }
    return [{ start, end }];
  });
}

const key = (name: string): string => `(?:"${name}"|'${name}'|${name})`;

function withoutBlocks(
  lines: readonly string[],
  blocks: readonly Block[],
  at: number | null = null,
  table: readonly string[] = [],
): string[] {
  const kept: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === at) kept.push(...table);
    const block = blocks.find(({ start, end }) => i >= start && i < end);
    if (!block) kept.push(line);
    else if (i === block.start && (at === null || i !== at) && kept.at(-1)?.trim() === '') kept.pop();
  }
  return kept;
}

/** The lines as a text that ends as the first one did. */
function join(lines: readonly string[], eol: string, before: string): string {
  const text = lines.join(eol);
  return /\n$/.test(before) && text !== '' && !text.endsWith(eol) ? text + eol : text;
}
