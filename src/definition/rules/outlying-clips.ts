import type { Issue } from '../../base/failure.ts';
import { isObject } from '../../base/json.ts';
import { isAudioOnly, isTimed, type PlacedClip, type TimedClip } from '../clips.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** Music that lasts this many times longer than all that is seen, by half a minute at least, was not cut. */
const FAR = 3;
const LEAST_SECONDS = 30;
/** A still of this length beside far shorter films or sound is probably a mistake. */
const LONG_STILL_SECONDS = 300;
const VERY_FAR = 5;
/** A longer gap before the last clip is probably a mistake. */
const GAP_SECONDS = 30;
/** A longer video, in seconds that are all whole hundreds: milliseconds. */
const HOUR = 3_600;
const MEDIA = new Set(['video', 'image', 'audio', 'text-to-speech', 'image-to-video']);

export const outlyingClips: Rule = {
  name: 'outlying-clips',
  finds: 'times in milliseconds, and a clip far behind or beyond everything else',
  source: `${AGENT_CORE}, "Smart clip strings": length "end" for music and background; API: start and length are seconds`,
  find({ clips, filled }) {
    if (isObject(filled.output) && filled.output.range !== undefined) return [];
    // What lasts to the end follows the others; where a time is not known, nothing is known of the whole.
    const timed = clips.filter(isTimed);
    if (timed.length + clips.filter(({ clip }) => clip.length === 'end').length < clips.length) return [];
    const [last, ...others] = timed.sort((a, b) => b.end - a.end);
    if (!last) return [];
    if (last.end > HOUR && areMilliseconds(timed.flatMap(({ clip }) => [clip.start, clip.length])))
      return [inMilliseconds(last)];
    const issue = late(last, others, clips) ?? tooLong(last, others);
    return issue ? [issue] : [];
  },
};

function inMilliseconds(last: TimedClip): Issue {
  const message = `The video would last ${last.end} seconds. Times are in seconds, not milliseconds: divide every start and length by 1000.`;
  return { path: `${last.path}.length`, message, received: last.clip.length };
}

function late(last: TimedClip, others: readonly TimedClip[], clips: readonly PlacedClip[]): Issue | null {
  const [second] = others;
  if (!second || others.length + 1 < clips.length) return null;
  const empty = last.start - second.end;
  if (empty < GAP_SECONDS || empty < second.end) return null;
  return {
    path: `${last.path}.start`,
    message: `It starts ${empty} s after everything else has ended; until then nothing is shown.`,
    received: last.clip.start,
  };
}

function tooLong(last: TimedClip, others: readonly TimedClip[]): Issue | null {
  const heard = isAudioOnly(last);
  const rest = others.find(other => (heard ? !isAudioOnly(other) : MEDIA.has(other.type)));
  if (!rest || last.start >= rest.end || last.end < FAR * rest.end || last.end - rest.end < LEAST_SECONDS) return null;
  const still = last.type !== 'video' && last.end >= LONG_STILL_SECONDS && last.end >= VERY_FAR * rest.end;
  if (!heard && !still && !isFiller(last.clip.length)) return null;
  return {
    path: `${last.path}.length`,
    message: `This clip makes the video ${last.end} s long, while ${heard ? 'all that is seen' : 'all other media'} has ended after ${rest.end} s. Give length "end" to let it last as long as all else.`,
    received: last.clip.length,
    suggestion: 'end',
  };
}

/** Whether a length looks like “long enough”: 99, 999, 1000, 10000. */
const isFiller = (length: unknown): boolean => typeof length === 'number' && /^(9{2,}|10{3,})$/.test(String(length));

/** Whether all times are whole hundreds, and not just because they are minutes. */
const areMilliseconds = (times: readonly unknown[]): boolean => {
  const numbers = times.filter(time => typeof time === 'number');
  return numbers.every(time => time % 100 === 0) && numbers.some(time => time % 60 !== 0);
};
