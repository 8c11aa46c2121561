import { isObject } from '../../base/json.ts';
import type { Path } from '../path.ts';
import type { Expectation } from '../schema-node.ts';
import { type Advice, instead, keyOf, put, type UnfitValue } from './advice.ts';
import { sizeIn } from './parse-scalar.ts';
import { normalizeWord, sameWord } from './spelling.ts';
import { PRESETS } from './tables.ts';

/** The assets that have an effect of their own. */
const SOUNDS = ['audio', 'text-to-speech'];

/** For a value that belongs under another key; null for any other value. */
export function suggestOtherKey({ at, value, fit, holder }: UnfitValue): Advice | null {
  const there = at.slice(0, -1);
  switch (keyOf(at)) {
    case 'effect':
      return typeof value === 'string' && !fit.allowed.includes('fadeIn') ? asFade(there, value, holder) : null;
    case 'interpolation':
      return typeof value === 'string' && /^ease/i.test(value)
        ? put('bezier', 'An easing belongs into easing, beside interpolation "bezier".')
        : null;
    case 'position':
      return isObject(value) && ('x' in value || 'y' in value)
        ? instead(
            [...there, 'offset'],
            value,
            'position is one of nine places; use offset for a distance from it, as a fraction of the frame.',
          )
        : null;
    case 'resolution':
      return asResolution(there, value, fit);
    default:
      return null;
  }
}

/** A fade is a transition of pictures and an effect of sound. */
function asFade(there: Path, value: string, holder: unknown): Advice | null {
  if (!/^fade/i.test(value)) return null;
  if (isObject(holder) && isObject(holder.asset) && SOUNDS.includes(String(holder.asset.type))) {
    const to = [...there, 'asset', 'effect'];
    return { message: 'This is an effect of the sound: asset.effect.', suggestion: { kind: 'key', to } };
  }
  const word = normalizeWord(value);
  const fade = { ...(word === 'fadeout' ? {} : { in: 'fade' }), ...(word === 'fadein' ? {} : { out: 'fade' }) };
  return instead([...there, 'transition'], fade, 'A fade is a transition.');
}

/** Width and height where a preset is wanted. */
function asResolution(there: Path, value: unknown, fit: Expectation): Advice | null {
  const size = isObject(value) && typeof value.width === 'number' && typeof value.height === 'number' ? value : null;
  const given = size ?? (typeof value === 'string' ? sizeIn(value) : null);
  if (!given) return asOtherHeight(value, fit);
  const [width, height] = [Number(given.width), Number(given.height)];
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const [preset] = Object.entries(PRESETS).find(([, size]) => size.width === long && size.height === short) ?? [];
  if (preset !== undefined && fit.takes(preset)) {
    const ratio = height > width ? ' Set aspectRatio "9:16" beside it: it is upright.' : '';
    return put(preset, `This size has a name.${ratio}`);
  }
  return instead([...there, 'size'], { width, height }, 'Use size for any other size.');
}

/** For a name such as `480p` or `2k`, which is no preset. */
function asOtherHeight(value: unknown, fit: Expectation): Advice | null {
  if (typeof value !== 'string' || !/^\s*\d+\s*[pk]?\s*$/i.test(value)) return null;
  const known =
    sameWord(value, fit.allowed.map(String)) !== null || /^\s*(360|576|720|1080|2160)\s*p?\s*$/i.test(value);
  return known ? null : { message: 'For any other size, use size in place of resolution: {"width": …, "height": …}.' };
}
