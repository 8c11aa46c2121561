import { spell } from './spelling.ts';
import { entryOf } from './table.ts';
import { COLOURS } from './values.ts';

/** The colour as `#rrggbb` that a text means: a name, `#f80`, `ff8800`, `##ff8800`, `rgb(255, 136, 0)`; null for none. */
export function colourIn(text: string): string | null {
  if (text.length > 40) return null;
  const name = entryOf(COLOURS, spell(text));
  if (name !== undefined) return name;
  const [, hex] = /^[#\s]*(?:0x)?([0-9a-f]+)\s*$/i.exec(text) ?? [];
  if (hex?.length === 6) return `#${hex}`;
  if (hex?.length === 3) return `#${[...hex].map(digit => digit + digit).join('')}`;
  const [, ...parts] = /^\s*rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\b/i.exec(text) ?? [];
  const bytes = parts.map(Number);
  if (bytes.length !== 3 || bytes.some(byte => byte > 255)) return null;
  return `#${bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')}`;
}
