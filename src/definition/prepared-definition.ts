import { isObject, type JsonObject } from '../base/json.ts';
import { clipsOf, objectsIn, type PlacedClip, stringOrEmpty, timelineOf } from './clips.ts';
import { type PlacedText, textsIn } from './path.ts';
import { fieldsIn, withDefaults } from './placeholders.ts';

const BRACKETS = /[{}[\]%<]/;

/** A definition prepared for the rules and the statistics, so that it is traversed once. */
export interface PreparedDefinition {
  /** The definition as it was given. */
  given: JsonObject;
  /** The definition with the default of each merge field put in. */
  filled: JsonObject;
  /** The clips of `filled`. */
  clips: readonly PlacedClip[];
  /** Every file that is fetched for it. */
  files: readonly SourceFile[];
  /** The names of the merge fields that are used. */
  fields: readonly string[];
  /** The texts of `given` that hold a bracket or what may be taken for one. */
  bracketed: readonly PlacedText[];
}

/** A URL in a definition, and what it is for. */
export interface SourceFile {
  /** The path of the text. */
  path: string;
  src: string;
  /** The asset’s type, `font` or `soundtrack`. */
  use: string;
}

/** The assets whose `src` is a file that Shotstack fetches; that of an svg is markup. */
const FETCHED = new Set(['video', 'image', 'audio', 'luma', 'caption', 'rich-caption', 'image-to-video']);

/** Reads a definition once; malformed parts are skipped. */
export function prepareDefinition(given: JsonObject): PreparedDefinition {
  const filled = withDefaults(given);
  const clips = clipsOf(filled);
  const timeline = timelineOf(filled);
  const assets = clips.filter(({ type }) => FETCHED.has(type));
  const files = [
    ...assets.map(({ asset, path, type }) => ({ path: `${path}.asset.src`, src: stringOrEmpty(asset.src), use: type })),
    ...objectsIn(timeline.fonts).map(({ item, index }) => ({
      path: `timeline.fonts[${index}].src`,
      src: stringOrEmpty(item.src),
      use: 'font',
    })),
    ...(isObject(timeline.soundtrack)
      ? [{ path: 'timeline.soundtrack.src', src: stringOrEmpty(timeline.soundtrack.src), use: 'soundtrack' }]
      : []),
  ];
  const { merge: _, ...rest } = given;
  const bracketed = textsIn(rest, text => BRACKETS.test(text));
  return {
    given,
    filled,
    clips,
    files: files.filter(({ src }) => src !== '' && !src.startsWith('alias://')),
    fields: fieldsIn(bracketed.map(({ text }) => text)),
    bracketed,
  };
}
