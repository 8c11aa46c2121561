import { ownProperty } from '../../base/json.ts';
import { shorten } from '../../base/text.ts';
import { timelineOf } from '../clips.ts';
import { valueAt } from '../path.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { colourIn } from '../suggestions/parse-scalar.ts';
import { API, type Rule } from './rule.ts';

/** `#rrggbb`, `#aarrggbb` as titles take it, `#rgb`, and no colour at all. */
const COLOUR = /^(#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})|transparent)$/i;

/** The colours that the schema takes as free text, by the asset’s type. */
const PLACES: Record<string, string[][]> = {
  title: [['color'], ['background']],
  html: [['background']],
  text: [['font', 'color']],
  caption: [['font', 'color']],
  shape: [
    ['fill', 'color'],
    ['stroke', 'color'],
  ],
};

export const colours: Rule = {
  name: 'colours',
  finds: 'a colour that is no hex colour',
  source: `${API}/timeline.yaml, "background": a hexadecimal value; titleasset.yaml and textproperties.yaml, "color"`,
  find({ filled, clips }) {
    const places: [path: string, value: unknown][] = [
      ['timeline.background', timelineOf(filled).background],
      ...clips.flatMap(({ asset, path, type }) =>
        (ownProperty(PLACES, type) ?? []).map((keys): [string, unknown] => [
          `${path}.asset.${keys.join('.')}`,
          valueAt(asset, keys),
        ]),
      ),
    ];
    return places.flatMap(([path, value]) => {
      if (typeof value !== 'string' || value === '' || COLOUR.test(value) || hasPlaceholder(value)) return [];
      const message = 'This is no hex colour such as "#ff8800".';
      return [{ path, message, received: shorten(value), suggestion: colourIn(value) ?? undefined }];
    });
  },
};
