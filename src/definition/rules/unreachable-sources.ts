import type { Issue } from '../../base/failure.ts';
import { isObject } from '../../base/json.ts';
import { shorten } from '../../base/text.ts';
import { refuseUrl } from '../../net/public-url.ts';
import { clipsOf, hasPlaceholder, objectsIn, textOf, timelineOf } from '../clips.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** The assets whose `src` is a file that Shotstack fetches; that of an svg is markup. */
const FETCHED = new Set(['video', 'image', 'audio', 'luma', 'caption', 'rich-caption', 'image-to-video']);

export const unreachableSources: Rule = {
  name: 'unreachable-sources',
  source: `${AGENT_CORE}, "Public HTTPS URLs only"`,
  find(edit) {
    const timeline = timelineOf(edit);
    const sources: [path: string, src: unknown][] = [
      ...clipsOf(edit)
        .filter(({ asset }) => FETCHED.has(textOf(asset.type)))
        .map(({ asset, path }): [string, unknown] => [`${path}.asset.src`, asset.src]),
      ...objectsIn(timeline.fonts).map(({ item, index }): [string, unknown] => [
        `timeline.fonts[${index}].src`,
        item.src,
      ]),
      ...(isObject(timeline.soundtrack)
        ? [['timeline.soundtrack.src', timeline.soundtrack.src] as [string, unknown]]
        : []),
    ];
    return sources.flatMap(([path, src]) => judge(path, src));
  },
};

function judge(path: string, src: unknown): Issue[] {
  if (typeof src !== 'string' || hasPlaceholder(src) || src.startsWith('alias://')) return [];
  const reason = /^data:/i.test(src) ? 'It is a data: URI.' : refuseUrl(src);
  if (reason === null) return [];
  return [{ path, message: `Shotstack cannot fetch this. ${reason} Give a public https URL.`, received: shorten(src) }];
}
