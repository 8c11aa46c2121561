import { isObject, type JsonObject } from '../../base/json.ts';
import { shorten } from '../../base/text.ts';
import { timelineOf } from '../clips.ts';
import { colourIn } from '../meaning/colours.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { API, type Rule } from './rule.ts';

/** `#rrggbb`, `#aarrggbb` as titles take it, `#rgb`, and no colour at all. */
const COLOUR = /^(#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})|transparent)$/i;

export const colours: Rule = {
  name: 'colours',
  source: `${API}/timeline.yaml, "background": a hexadecimal value; titleasset.yaml and textproperties.yaml, "color"`,
  find({ edit, clips }) {
    const places: [path: string, value: unknown][] = [
      ['timeline.background', timelineOf(edit).background],
      ...clips.flatMap(({ asset, path, type }) => placesIn(asset, `${path}.asset`, type)),
    ];
    return places.flatMap(([path, value]) => {
      if (typeof value !== 'string' || value === '' || COLOUR.test(value) || hasPlaceholder(value)) return [];
      const meant = colourIn(value);
      const message = 'This is no hex colour such as "#ff8800".';
      return [{ path, message, received: shorten(value), ...(meant === null ? {} : { suggestion: meant }) }];
    });
  },
};

/** The colours that the schema takes as any text. */
function placesIn(asset: JsonObject, path: string, type: string): [path: string, value: unknown][] {
  const font = isObject(asset.font) ? asset.font : {};
  switch (type) {
    case 'title':
      return [
        [`${path}.color`, asset.color],
        [`${path}.background`, asset.background],
      ];
    case 'html':
      return [[`${path}.background`, asset.background]];
    case 'text':
    case 'caption':
      return [[`${path}.font.color`, font.color]];
    case 'shape':
      return ['fill', 'stroke'].flatMap(key => {
        const part = asset[key];
        return isObject(part) ? [[`${path}.${key}.color`, part.color] as [string, unknown]] : [];
      });
    default:
      return [];
  }
}
