import { isObject } from '../../base/json.ts';
import { shorten } from '../../base/text.ts';
import { clipsOf, hasPlaceholder, objectsIn, timelineOf } from '../clips.ts';
import { FONTS_GUIDE, type Rule } from './rule.ts';

/** The fonts that the renderer has; their names may be written with or without spaces. */
const BUILT_IN = [
  'Arapey',
  'Clear Sans',
  'Didact Gothic',
  'Montserrat',
  'MovLette',
  'NotoEmoji',
  'Open Sans',
  'Permanent Marker',
  'Roboto',
  'Sue Ellen Francisco',
  'Uni Neue',
  'Work Sans',
];

/** A weight may stand behind the name, as in “Montserrat ExtraBold”. */
const WEIGHT = /(thin|(extra|ultra|semi|demi)?(light|bold)|regular|medium|black|heavy|italic)+$/;

const spell = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const isBuiltIn = (family: string): boolean =>
  family.length <= 100 && BUILT_IN_SPELLED.has(spell(family).replace(WEIGHT, ''));
const BUILT_IN_SPELLED = new Set(BUILT_IN.map(spell));

export const unknownFonts: Rule = {
  name: 'unknown-fonts',
  source: `${FONTS_GUIDE}, "Built-in fonts" and "Why system fonts fail"`,
  find(edit) {
    // A font file is known by its name or by the name inside it, which cannot be seen here: any file may be meant.
    if (objectsIn(timelineOf(edit).fonts).length > 0) return [];
    return clipsOf(edit).flatMap(({ asset, path }) => {
      const family = isObject(asset.font) ? asset.font.family : undefined;
      if (typeof family !== 'string' || hasPlaceholder(family) || isBuiltIn(family)) return [];
      return [
        {
          path: `${path}.asset.font.family`,
          message: 'The renderer has no such font. Add its file to timeline.fonts, or take one that is built in.',
          received: shorten(family),
          allowed: BUILT_IN,
        },
      ];
    });
  },
};
