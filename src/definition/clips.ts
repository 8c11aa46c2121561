import { isObject, type JsonObject } from '../base/json.ts';

/** A clip and where it stands. */
export interface PlacedClip {
  clip: JsonObject;
  asset: JsonObject;
  /** The clip’s path, such as `timeline.tracks[0].clips[2]`. */
  path: string;
  track: number;
}

/** A string as it is, and anything else as none: JSON may hold an object where a name is expected. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The objects in a list, with their positions; nothing when it is no list. */
export function objectsIn(list: unknown): { item: JsonObject; index: number }[] {
  return Array.isArray(list) ? list.flatMap((item, index) => (isObject(item) ? [{ item, index }] : [])) : [];
}

/** The timeline, or an empty one. */
export function timelineOf(edit: JsonObject): JsonObject {
  return isObject(edit.timeline) ? edit.timeline : {};
}

/** Every clip of a definition, track by track, from the top layer down. */
export function clipsOf(edit: JsonObject): PlacedClip[] {
  return objectsIn(timelineOf(edit).tracks).flatMap(({ item: track, index: t }) =>
    objectsIn(track.clips).map(({ item: clip, index: c }) => ({
      clip,
      asset: isObject(clip.asset) ? clip.asset : {},
      path: `timeline.tracks[${t}].clips[${c}]`,
      track: t,
    })),
  );
}

/** When a clip plays, in seconds, where both its times are plain numbers. */
export function playsFrom({ clip }: PlacedClip): { start: number; end: number } | null {
  const { start, length } = clip;
  return typeof start === 'number' && typeof length === 'number' ? { start, end: start + length } : null;
}

/** Whether a text holds a merge field, `{{ NAME }}`. */
export const hasPlaceholder = (text: string): boolean => /\{\{[^{}]+\}\}/.test(text);

/** The names of the merge fields that a definition uses, each once. */
export function placeholdersOf({ merge: _, ...edit }: JsonObject): string[] {
  const names = [...stringsIn(edit)].flatMap(text =>
    [...text.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].flatMap(([, name]) => name ?? []),
  );
  return [...new Set(names)];
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) yield* stringsIn(part);
}
