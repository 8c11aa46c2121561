import type { JsonObject } from '../../../src/base/json.ts';

/** The paths of the first clip, of a clip of the second track, and of the first clip’s asset. */
export const CLIP = 'timeline.tracks[0].clips[0]';
export const BELOW = 'timeline.tracks[1].clips[0]';
export const SRC = `${CLIP}.asset.src`;

/** A rule’s case: what stands there, the definition, and what must be said of it and where. */
type Fires = [what: string, definition: JsonObject, path: string, says: RegExp, suggestion?: string];
type Silent = [what: string, definition: JsonObject];

export interface Cases {
  fires: Fires[];
  silent: Silent[];
}

/** A clip from 0 to 5 s. */
export const clip = (asset: JsonObject, more: JsonObject = {}): JsonObject => ({ asset, start: 0, length: 5, ...more });

export const video = (more: JsonObject = {}, asset: JsonObject = {}): JsonObject =>
  clip({ type: 'video', src: 'https://example.com/a.mp4', ...asset }, more);

export const text = (words: string, asset: JsonObject = {}, more: JsonObject = {}): JsonObject =>
  clip({ type: 'rich-text', text: words, ...asset }, more);

export const audio = (more: JsonObject = {}): JsonObject =>
  clip({ type: 'audio', src: 'https://example.com/a.mp3' }, more);

/** A definition with these tracks of clips. */
export const edit = (tracks: JsonObject[][], more: JsonObject = {}, timeline: JsonObject = {}): JsonObject => ({
  timeline: { tracks: tracks.map(clips => ({ clips })), ...timeline },
  output: { format: 'mp4', resolution: 'hd' },
  ...more,
});

/** A definition of one clip with a source of a type. */
export const file = (type: string, src: string): JsonObject => edit([[clip({ type, src })]]);

/** Merge fields with their defaults. */
export const merge = (defaults: Record<string, unknown>): JsonObject => ({
  merge: Object.entries(defaults).map(([find, replace]) => ({ find, replace })),
});
