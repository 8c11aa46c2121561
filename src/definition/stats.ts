import { isObject, type JsonObject, ownProperty } from '../base/json.ts';
import { showText } from '../base/text.ts';
import { durationOf, objectsIn, type PlacedClip, stringOrEmpty, timelineOf } from './clips.ts';
import { defaultsOf } from './placeholders.ts';
import type { PreparedDefinition } from './prepared-definition.ts';
import { PRESETS } from './suggestions/tables.ts';

/** Statistics of a definition; what is not known is left out. */
export interface Stats {
  tracks: number;
  clips: number;
  /** Left out unless every clip that decides it has known times. */
  duration_seconds?: number;
  assets: Record<string, number>;
  /** Merge fields in use that have a default, and that default. */
  placeholders: Record<string, string>;
  /** Merge fields in use that have none: each render has to give their values. */
  placeholders_without_default: string[];
  /** Entries of `merge` that nothing uses. */
  unused_merge_fields: string[];
  /** Pixels; left out when the definition does not say. */
  output_size?: { width: number; height: number };
  /** Assets and parts that still work and for which Shotstack has a better one. */
  deprecated: string[];
  /** What is generated at each render, and billed; left out when nothing is. */
  generated?: string;
}

const LONGEST = 60;
const MOST_FIELDS = 50;

/** Source: shotstack/shotstack-cli, skills/shotstack/shared/agent-core.md, "Deprecated — do not use". */
const DEPRECATED = ['text', 'title', 'caption', 'html', 'shape', 'image-to-video'];

/**
 * The types that are generated from a prompt, always or where they have one.
 * Source: agent-core.md, "AI-generated assets"; shotstack/oas-api-definition, schemas/imageasset.yaml, `prompt`.
 */
const GENERATED = ['text-to-image', 'image-to-video', 'text-to-speech'];
const GENERATED_FROM_PROMPT = ['image', 'video', 'audio'];

/** The statistics of a definition with its defaults; malformed parts are skipped. */
export function statsOf({ given, filled, clips, fields: names }: PreparedDefinition): Stats {
  const types = clips.map(({ type }) => type || 'none');
  const defaults = defaultsOf(given);
  const duration = durationOf(clips);
  const size = outputSize(filled.output);
  const generated = generatedIn(clips);
  const show = (name: string): string => showText(name, LONGEST);
  return {
    tracks: objectsIn(timelineOf(filled).tracks).length,
    clips: clips.length,
    ...(duration === undefined ? {} : { duration_seconds: duration }),
    assets: tally(types.map(type => showText(type, 30))),
    placeholders: Object.fromEntries(
      names
        .filter(name => defaults.has(name))
        .slice(0, MOST_FIELDS)
        .map(name => [show(name), show(inText(defaults.get(name)))]),
    ),
    placeholders_without_default: names
      .filter(name => !defaults.has(name))
      .slice(0, MOST_FIELDS)
      .map(show),
    unused_merge_fields: [...defaults.keys()]
      .filter(name => !names.includes(name))
      .slice(0, MOST_FIELDS)
      .map(show),
    ...(size ? { output_size: size } : {}),
    deprecated: [
      ...DEPRECATED.filter(type => types.includes(type)),
      ...('soundtrack' in timelineOf(filled) ? ['soundtrack'] : []),
    ],
    ...(generated === null ? {} : { generated }),
  };
}

function generatedIn(clips: readonly PlacedClip[]): string | null {
  const made = clips.filter(({ type, asset }) => GENERATED.includes(type) || isPrompted(type, asset));
  if (made.length === 0) return null;
  const types = Object.entries(tally(made.map(({ type }) => type))).map(([type, count]) => `${count} ${type}`);
  const replaced = made.some(({ type, asset }) => isPrompted(type, asset) && stringOrEmpty(asset.src) !== '');
  return `Generated when rendered and billed each, in Shotstack’s own sandbox too: ${types.join(', ')}.${replaced ? ' A prompt replaces the src beside it.' : ''}`;
}

const isPrompted = (type: string, asset: JsonObject): boolean =>
  GENERATED_FROM_PROMPT.includes(type) && stringOrEmpty(asset.prompt).trim() !== '';

function outputSize(output: unknown): Stats['output_size'] {
  if (!isObject(output)) return undefined;
  const { size } = output;
  if (isObject(size) && typeof size.width === 'number' && typeof size.height === 'number') {
    return { width: size.width, height: size.height };
  }
  const preset = ownProperty(PRESETS, stringOrEmpty(output.resolution));
  if (!preset) return undefined;
  // The presets are for landscape; other shapes are left to the renderer's rounding.
  if (output.aspectRatio === '9:16') return { width: preset.height, height: preset.width };
  return output.aspectRatio === undefined || output.aspectRatio === '16:9' ? preset : undefined;
}

/** How often each word occurs. */
export function tally(words: string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

const inText = (value: unknown): string => (typeof value === 'string' ? value : String(JSON.stringify(value)));
