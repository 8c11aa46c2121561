import { showText } from './text.ts';

const LONGEST_KEY = 60;
const LONGEST_VALUE = 100;

/** A path as a programmer writes it, `timeline.tracks[0].clips[2]`, its names short and harmless enough to be shown. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) =>
      typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${showText(String(part), LONGEST_KEY)}`,
    )
    .join('');
}

/** A value made short and harmless enough to be shown again. */
export function shorten(value: unknown): unknown {
  if (typeof value === 'string') return showText(value, LONGEST_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}
