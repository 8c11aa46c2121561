import { isObject, type JsonObject } from '../base/json.ts';
import { showText } from '../base/text.ts';
import { objectsIn, stringOrEmpty, timelineOf } from './clips.ts';
import { hasMember, resolvePointer, toPointer } from './pointer.ts';

const LONGEST_LABEL = 80;
/** Characters of a line: a pointer can be longer than what it leads to. */
const LONGEST_LINE = 200;
/** Where an asset says what it shows, the most telling first. */
const LABELS = ['src', 'text', 'html', 'prompt', 'svg', 'shape'];

interface Line {
  pointer: string;
  text: string;
}

/**
 * What identifies the parts of a definition, a line each that begins with the part's pointer: clips, soundtrack, fonts,
 * merge fields, output.
 *
 * @param pointer of the part that is wanted; the whole definition by default
 * @param most characters of all lines; where clips do not fit, their tracks are listed, and what is left is counted
 */
export function outlineOf(definition: JsonObject, pointer: string, most: number): string[] {
  const tracks = tracksOf(definition);
  const others = [
    ...partsOf(timelineOf(definition), ['timeline'], ['tracks']),
    ...mergeFields(definition),
    ...partsOf(definition, [], ['timeline', 'merge']),
  ];
  const within = (lines: Line[]): Line[] => lines.filter(line => `${line.pointer}/`.startsWith(`${pointer}/`));
  const whole = within([...tracks.flatMap(track => track.clips), ...others]);
  // A part inside a line of the outline is listed by its own members.
  const inside = whole.length === 0 || whole.every(line => line.pointer === pointer);
  const lines = inside ? membersOf(definition, pointer) : whole;
  const fits = inside || sizeOf(lines) <= most;
  return cut(fits ? lines : within([...tracks.map(({ line }) => line), ...others]), most);
}

interface Track {
  line: Line;
  clips: Line[];
}

function tracksOf(definition: JsonObject): Track[] {
  return objectsIn(timelineOf(definition).tracks).map(({ item: track, index }) => {
    const pointer = toPointer(['timeline', 'tracks', index]);
    const clips = objectsIn(track.clips).map(({ item, index: i }) => ({
      pointer: `${pointer}/clips/${i}`,
      text: describeClip(item),
    }));
    const line = { pointer, text: clips.length === 1 ? '1 clip' : `${clips.length} clips` };
    return { line, clips: clips.length === 0 ? [line] : clips };
  });
}

function describeClip({ asset, start, length, alias }: JsonObject): string {
  const shown = isObject(asset) ? asset : {};
  const label = LABELS.map(key => stringOrEmpty(shown[key])).find(text => text !== '') ?? '';
  return [
    stringOrEmpty(shown.type) || 'no type',
    times(start, length),
    label,
    stringOrEmpty(alias) && `alias ${stringOrEmpty(alias)}`,
  ]
    .filter(part => part !== '')
    .map(brief)
    .join(' ');
}

/** When a clip plays: `4–9 s`, or start and length where they are no numbers. */
function times(start: unknown, length: unknown): string {
  if (typeof start === 'number' && typeof length === 'number') return `${round(start)}–${round(start + length)} s`;
  return start === undefined && length === undefined ? '' : `start ${plain(start)} length ${plain(length)}`;
}

/** A line for each member but those in `without`; of a list one for each item. */
function partsOf(holder: JsonObject, path: string[], without: string[]): Line[] {
  const members = Object.entries(holder).filter(([key]) => !without.includes(key));
  return members.flatMap(([key, value]) => {
    const pointer = toPointer([...path, key]);
    if (!Array.isArray(value)) return [{ pointer, text: describe(value) }];
    return value.map((item, i) => ({ pointer: `${pointer}/${i}`, text: describe(item) }));
  });
}

function mergeFields(definition: JsonObject): Line[] {
  return objectsIn(definition.merge).map(({ item, index }) => ({
    pointer: toPointer(['merge', index]),
    text: brief(`${stringOrEmpty(item.find)} = ${plain(item.replace)}`),
  }));
}

/** The members of a part, a line each. */
function membersOf(definition: JsonObject, pointer: string): Line[] {
  const value = resolvePointer(definition, pointer, 'pointer');
  if (typeof value !== 'object' || value === null) return [{ pointer, text: describe(value) }];
  return Object.keys(value)
    .filter(key => hasMember(value, key))
    .map(key => ({ pointer: `${pointer}${toPointer([key])}`, text: describe(Reflect.get(value, key)) }));
}

/** A value in short: an object's own plain values, how much is in a list. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (!isObject(value)) return plain(value);
  const members = Object.entries(value).map(([key, member]) => {
    if (isObject(member) && key === 'size') return `${plain(member.width)}×${plain(member.height)}`;
    return typeof member === 'object' && member !== null ? key : `${key} ${plain(member)}`;
  });
  return brief(members.join(', ') || 'an empty object');
}

function plain(value: unknown): string {
  if (typeof value !== 'string') return brief(String(JSON.stringify(value)));
  return value.length <= LONGEST_LABEL ? brief(value) : `${brief(value)} (${value.length} characters)`;
}

const brief = (text: string): string => showText(text, LONGEST_LABEL);
const round = (seconds: number): number => Math.round(seconds * 100) / 100;

const toText = ({ pointer, text }: Line): string => showText(`${pointer} ${text}`, LONGEST_LINE);
const sizeOf = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + toText(line).length + 3, 0);

function cut(lines: readonly Line[], most: number): string[] {
  const texts: string[] = [];
  let left = most;
  for (const line of lines) {
    const text = toText(line);
    left -= text.length + 3;
    if (left < 0) return [...texts, `and ${lines.length - texts.length} more parts: ask with a longer pointer`];
    texts.push(text);
  }
  return texts;
}
