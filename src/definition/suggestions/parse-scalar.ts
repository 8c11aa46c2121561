import { ownProperty } from '../../base/json.ts';
import { normalizeWord } from './spelling.ts';
import { COLOURS } from './tables.ts';

/** Seconds in a unit of time, by its name after a number. */
const SECONDS: Record<string, number> = {
  ms: 0.001,
  millisecond: 0.001,
  milliseconds: 0.001,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
};
/** Units without which Shotstack writes the number. */
const SILENT = ['px', 'pt', 'fps', 'deg', '°', 'degrees', 'x', 'hz'];
const LONGEST = 40;

/**
 * The number in a text such as `5s`, `1:30`, `00:00:05`, `40px` or `80%`.
 *
 * @param most the largest number that fits there: a percentage means a part of 1, and only where 1 is the most
 * @returns null when the text is not a number with one of the known units
 */
export function numberIn(text: string, most: number | undefined): number | null {
  const given = text.trim().toLowerCase();
  if (given.length > LONGEST) return null;
  const [, hours = '0', minutes, seconds] = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(given) ?? [];
  if (minutes !== undefined && seconds !== undefined)
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const parts = /^([+-]?\d+(?:[.,]\d+)?)\s*([a-z°%]*)$/.exec(given);
  if (!parts) return null;
  const number = Number(parts[1]?.replace(',', '.'));
  const unit = parts[2] ?? '';
  if (unit === '%') return most === 1 ? rounded(number / 100) : null;
  const factor = ownProperty(SECONDS, unit) ?? (unit === '' || SILENT.includes(unit) ? 1 : null);
  return factor === null ? null : rounded(number * factor);
}

/** The fraction for a number that is probably a percentage (10 to 100); null for any other. */
export function partOfOne(number: number): number | null {
  return number >= 10 && number <= 100 ? rounded(number / 100) : null;
}

/** Width and height in a text such as `1920x1080`. */
export function sizeIn(text: string): { width: number; height: number } | null {
  const [, width, height] = /^\s*(\d{2,4})\s*[x×*]\s*(\d{2,4})\s*$/i.exec(text) ?? [];
  return width === undefined || height === undefined ? null : { width: Number(width), height: Number(height) };
}

/** The colour as `#rrggbb` that a text means: a name, `#f80`, `ff8800`, `##ff8800`, `rgb(255, 136, 0)`; null for none. */
export function colourIn(text: string): string | null {
  if (text.length > LONGEST) return null;
  const name = COLOURS.get(normalizeWord(text));
  if (name !== undefined) return name;
  const [, hex] = /^[#\s]*(?:0x)?([0-9a-f]+)\s*$/i.exec(text) ?? [];
  if (hex?.length === 6) return `#${hex}`;
  if (hex?.length === 3) return `#${[...hex].map(digit => digit + digit).join('')}`;
  const [, ...parts] = /^\s*rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\b/i.exec(text) ?? [];
  const bytes = parts.map(Number);
  if (bytes.length !== 3 || bytes.some(byte => byte > 255)) return null;
  return `#${bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')}`;
}

const rounded = (number: number): number => Number(number.toFixed(6));
