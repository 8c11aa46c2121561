import { isObject, type JsonObject } from '../base/json.ts';
import { showText } from '../base/text.ts';
import { clipsOf, objectsIn, placeholdersOf, playsFrom, textOf, timelineOf } from './clips.ts';

/** What a definition amounts to. */
export interface Stats {
  tracks: number;
  clips: number;
  /** Null unless every clip that decides it has plain numbers. */
  duration_seconds: number | null;
  assets: Record<string, number>;
  /** Merge fields and their defaults; null where there is none. */
  placeholders: Record<string, string | null>;
  /** Entries of `merge` that nothing uses. */
  unused_merge_fields: string[];
  /** Pixels; null when the definition does not say. */
  output_size: { width: number; height: number } | null;
  /** Assets and parts that still work and for which Shotstack has a better one. */
  deprecated: string[];
}

const LONGEST = 60;

/** The long side's presets. Source: shotstack/shotstack-cli, skills/shotstack/shared/agent-core.md, "Output resolution". */
const PRESETS: Record<string, { width: number; height: number }> = {
  preview: { width: 512, height: 288 },
  mobile: { width: 640, height: 360 },
  sd: { width: 1024, height: 576 },
  hd: { width: 1280, height: 720 },
  1080: { width: 1920, height: 1080 },
};

/** Source: the same, "Deprecated — do not use". */
const DEPRECATED = ['text', 'title', 'caption', 'html', 'shape', 'image-to-video'];

/** Counts what is in a definition; whatever is not well-formed is passed over. */
export function statsOf(edit: JsonObject): Stats {
  const clips = clipsOf(edit);
  const types = clips.map(({ asset }) => (typeof asset.type === 'string' ? asset.type : 'none'));
  const defaults = new Map(objectsIn(edit.merge).map(({ item }) => [textOf(item.find), item.replace]));
  const names = placeholdersOf(edit);
  return {
    tracks: objectsIn(timelineOf(edit).tracks).length,
    clips: clips.length,
    duration_seconds: durationOf(edit),
    assets: tally(types.map(type => showText(type, 30))),
    placeholders: Object.fromEntries(
      names.slice(0, 50).map(name => [showText(name, LONGEST), shown(defaults.get(name))]),
    ),
    unused_merge_fields: [...defaults.keys()]
      .filter(name => !names.includes(name))
      .slice(0, 50)
      .map(name => showText(name, LONGEST)),
    output_size: outputSize(edit.output),
    deprecated: [
      ...DEPRECATED.filter(type => types.includes(type)),
      ...('soundtrack' in timelineOf(edit) ? ['soundtrack'] : []),
    ],
  };
}

/** Clips that last to the end of the timeline do not decide where that is. */
function durationOf(edit: JsonObject): number | null {
  const deciding = clipsOf(edit).filter(({ clip }) => clip.length !== 'end');
  const ends = deciding.map(clip => playsFrom(clip)?.end ?? null);
  return ends.length === 0 || ends.includes(null) ? null : Math.max(...ends.filter(end => end !== null));
}

function outputSize(output: unknown): Stats['output_size'] {
  if (!isObject(output)) return null;
  const { size } = output;
  if (isObject(size) && typeof size.width === 'number' && typeof size.height === 'number') {
    return { width: size.width, height: size.height };
  }
  const preset = Object.hasOwn(PRESETS, textOf(output.resolution)) ? PRESETS[textOf(output.resolution)] : undefined;
  if (!preset) return null;
  // The presets are for landscape; other shapes are left to the renderer's rounding.
  if (output.aspectRatio === '9:16') return { width: preset.height, height: preset.width };
  return output.aspectRatio === undefined || output.aspectRatio === '16:9' ? preset : null;
}

function tally(words: string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function shown(value: unknown): string | null {
  return value === undefined
    ? null
    : showText(typeof value === 'string' ? value : String(JSON.stringify(value)), LONGEST);
}
