import { isObject, type JsonObject } from '../base/json.ts';

/** A clip, its path, and when it plays as far as that is known. */
export interface PlacedClip {
  clip: JsonObject;
  asset: JsonObject;
  /** The asset’s type; empty when it has none. */
  type: string;
  /** The clip’s path, such as `timeline.tracks[0].clips[2]`. */
  path: string;
  track: number;
  /** Seconds; undefined when it depends on a file, another clip or a placeholder. */
  start: number | undefined;
  /** Seconds; undefined as `start` is, and for a clip that lasts to the end of the timeline. */
  end: number | undefined;
}

/**
 * The types whose `auto` length does not depend on a file.
 * Source: shotstack.io/docs/guide/architecting-an-application/smart-clips, "Automated timing".
 */
const STILL = new Set(['image', 'title', 'text', 'rich-text']);
const STILL_SECONDS = 3;

/** A clip whose times are known. */
export type TimedClip = PlacedClip & { start: number; end: number };
export const isTimed = (clip: PlacedClip): clip is TimedClip => clip.start !== undefined && clip.end !== undefined;

/** Whether a clip is only sound. */
export const isAudioOnly = ({ type }: Pick<PlacedClip, 'type'>): boolean =>
  type === 'audio' || type === 'text-to-speech';

/** A string as it is, and anything else as none: JSON may hold an object where a name is expected. */
export const stringOrEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The objects in a list, with their positions; nothing when it is no list. */
export function objectsIn(list: unknown): { item: JsonObject; index: number }[] {
  return Array.isArray(list) ? list.flatMap((item, index) => (isObject(item) ? [{ item, index }] : [])) : [];
}

/** The timeline, or an empty one. */
export function timelineOf(definition: JsonObject): JsonObject {
  return isObject(definition.timeline) ? definition.timeline : {};
}

/** Every clip of a definition, track by track, from the top layer down. */
export function clipsOf(definition: JsonObject): PlacedClip[] {
  return objectsIn(timelineOf(definition).tracks).flatMap(({ item: track, index: t }) => {
    // `auto` starts a clip when the one before it on the track has ended.
    let before: number | undefined = 0;
    return objectsIn(track.clips).map(({ item: clip, index: c }): PlacedClip => {
      const asset = isObject(clip.asset) ? clip.asset : {};
      const type = stringOrEmpty(asset.type);
      const start: number | undefined = clip.start === 'auto' ? before : secondsOf(clip.start);
      const length = clip.length === 'auto' && STILL.has(type) ? STILL_SECONDS : secondsOf(clip.length);
      before = start === undefined || length === undefined ? undefined : start + length;
      return { clip, asset, type, path: `timeline.tracks[${t}].clips[${c}]`, track: t, start, end: before };
    });
  });
}

/** How long the video is, in seconds; undefined unless every clip that decides it has known times. */
export function durationOf(clips: readonly PlacedClip[]): number | undefined {
  const ends = clips.filter(({ clip }) => clip.length !== 'end').map(({ end }) => end);
  const known = ends.filter(end => end !== undefined);
  return ends.length === 0 || known.length < ends.length ? undefined : known.reduce((a, b) => Math.max(a, b));
}

/** A number, also one in quotes, which Shotstack takes. */
function secondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
