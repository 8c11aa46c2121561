import type { Issue } from '../../base/failure.ts';
import { isObject } from '../../base/json.ts';
import type { PlacedClip } from '../clips.ts';
import { AGENT_CORE, API, type Rule } from './rule.ts';

/** A clip that ends this many times later than all others makes most of the video. */
const FAR = 3;
const LEAST_SECONDS = 30;
/** Nothing is shown for so long before a late clip that it was hardly meant. */
const GAP_SECONDS = 30;
/** An hour of video, in seconds that are all whole hundreds: milliseconds. */
const HOUR = 3_600;
const TEXTS = new Set(['text', 'title', 'rich-text']);
const SHORT_PART = 1 / 3;

export const outlyingClips: Rule = {
  name: 'outlying-clips',
  source: `${AGENT_CORE}, "Smart clip strings": length "end" for music and background; API: start and length are seconds`,
  find({ clips, edit }) {
    if (isObject(edit.output) && edit.output.range !== undefined) return [];
    const timed = clips.filter(isTimed).sort((a, b) => b.end - a.end);
    const [last, second] = timed;
    if (!last) return [];
    if (last.end > HOUR && timed.every(({ clip }) => [clip.start, clip.length].every(isWholeHundred))) {
      const message = `The video would last ${last.end} seconds. Times are in seconds, not milliseconds.`;
      return [
        {
          path: `${last.path}.length`,
          message,
          received: last.clip.length,
          suggestion: String((last.end - last.start) / 1000),
        },
      ];
    }
    if (!second) return [];
    const gap = late(last, second);
    if (gap) return [gap];
    if (last.end < FAR * second.end || last.end - second.end < LEAST_SECONDS || second.end === 0) return [];
    const cure = last.start < second.end ? ' Give length "end" to let it last as long as all else.' : '';
    return [
      {
        path: `${last.path}.length`,
        message: `This clip alone makes the video ${last.end} s long; all else has ended after ${second.end} s.${cure}`,
        received: last.clip.length,
        ...(cure === '' ? {} : { suggestion: 'end' }),
      },
    ];
  },
};

function late(last: Timed, second: Timed): Issue | null {
  const empty = last.start - second.end;
  if (empty < GAP_SECONDS || empty < second.end) return null;
  return {
    path: `${last.path}.start`,
    message: `It starts ${empty} s after everything else has ended; until then nothing is shown.`,
    received: last.clip.start,
  };
}

const isWholeHundred = (value: unknown): boolean => typeof value !== 'number' || value % 100 === 0;

type Timed = PlacedClip & { start: number; end: number };
const isTimed = (clip: PlacedClip): clip is Timed => clip.start !== undefined && clip.end !== undefined;

export const emptyClips: Rule = {
  name: 'empty-clips',
  source: `${API}/clip.yaml, "length": how long the clip plays`,
  find({ clips }) {
    return clips.flatMap(({ clip, path }) =>
      clip.length === 0 || clip.length === '0'
        ? [{ path: `${path}.length`, message: 'A clip with a length of 0 is never shown.', received: clip.length }]
        : [],
    );
  },
};

export const shortTitles: Rule = {
  name: 'short-titles',
  source:
    'shotstack.io/docs/guide/architecting-an-application/smart-clips, "Automated timing": 3 s for image, title and text',
  find({ clips }) {
    const end = clips.filter(isTimed).reduce((most, clip) => Math.max(most, clip.end), 0);
    // A chain of titles is meant; so is one that others follow on its track.
    const counts = new Map<number, number>();
    for (const { track } of clips) counts.set(track, (counts.get(track) ?? 0) + 1);
    return clips.flatMap(({ clip, path, type, track }) => {
      if (clip.length !== 'auto' || !TEXTS.has(type) || counts.get(track) !== 1 || end * SHORT_PART <= 3) return [];
      return [
        {
          path: `${path}.length`,
          message: `"auto" is 3 s for a text, and the video lasts ${end} s. Give length "end" to show it throughout.`,
          received: 'auto',
          suggestion: 'end',
        },
      ];
    });
  },
};
