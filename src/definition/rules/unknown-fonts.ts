import { isObject } from '../../base/json.ts';
import { shorten } from '../../base/text.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { normalizeWord } from '../suggestions/spelling.ts';
import { FONTS_GUIDE, type Rule } from './rule.ts';

/**
 * The fonts that the renderer has; their names may be written with or without spaces.
 * Source: shotstack/shotstack-cli, skills/shotstack/references/fonts.md, "Built-in fonts".
 */
const BUILT_IN =
  `Arapey, Clear Sans, Didact Gothic, Montserrat, MovLette, NotoEmoji, Open Sans, Permanent Marker, Roboto,
  Sue Ellen Francisco, Uni Neue, Work Sans`.split(/,\s+/);

/** Fonts of operating systems, which the renderer lacks. Source: the same, "Why system fonts fail". */
const SYSTEM =
  `Arial, Arial Black, Arial Narrow, Helvetica, Helvetica Neue, Times, Times New Roman, Courier, Courier New,
  Georgia, Verdana, Tahoma, Trebuchet MS, Impact, Comic Sans MS, Calibri, Cambria, Segoe UI, San Francisco,
  system-ui, sans-serif, serif, monospace`.split(/,\s+/);

/** A weight may follow the name, as in “Montserrat ExtraBold”. */
const WEIGHT = /(thin|(extra|ultra|semi|demi)?(light|bold)|regular|medium|black|heavy|italic)+$/;
const LONGEST = 100;

const BUILT_IN_SPELLED = new Set(BUILT_IN.map(normalizeWord));
const SYSTEM_SPELLED = new Set(SYSTEM.map(normalizeWord));

export const unknownFonts: Rule = {
  name: 'unknown-fonts',
  finds: 'a font that is neither built in nor in timeline.fonts',
  source: `${FONTS_GUIDE}, "Built-in fonts", "Custom-font workflow" and "Why system fonts fail"`,
  find({ clips, files }) {
    const loaded = files.filter(({ use }) => use === 'font').map(({ src }) => src);
    return clips.flatMap(({ asset, path }) => {
      const family = isObject(asset.font) ? asset.font.family : undefined;
      if (typeof family !== 'string' || family === '' || family.length > LONGEST || hasPlaceholder(family)) return [];
      const bare = normalizeWord(family).replace(WEIGHT, '');
      if (BUILT_IN_SPELLED.has(bare) || loaded.some(src => mayHold(src, bare))) return [];
      const system = SYSTEM_SPELLED.has(normalizeWord(family))
        ? 'a font of operating systems, which the renderer lacks'
        : 'not a font of the renderer';
      const files = loaded.length > 0 ? ', and no file in timeline.fonts has its name' : '';
      const message = `This is ${system}${files}. Add its file to timeline.fonts and use the file’s name without extension here, or use a built-in font.`;
      return [{ path: `${path}.asset.font.family`, message, received: shorten(family), allowed: BUILT_IN }];
    });
  },
};

/**
 * Whether a font file may be meant by a family: by the file’s name, by the folder’s, as Google’s URLs have it, or by a
 * name inside the file, which cannot be seen here, where the URL names nothing.
 */
function mayHold(src: string, family: string): boolean {
  const [path = ''] = src.split(/[?#]/);
  const file = (path.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
  const name = normalizeWord(file);
  if (hasPlaceholder(src) || normalizeWord(path).includes(family) || family.includes(name.replace(WEIGHT, '') || ' '))
    return true;
  return !/^(fonts\.gstatic\.com)$/.test(hostOf(src)) && isNameless(file);
}

/** Whether a file’s name says nothing of the font: an id, a number, or a word such as `source`. */
const isNameless = (file: string): boolean =>
  /^(source|font|file|download|upload|custom|asset)s?\d*$/i.test(file) ||
  /^[0-9a-f-]{8,}$/i.test(file) ||
  /\d.*\d.*\d/.test(file) ||
  file.length < 4;

const hostOf = (src: string): string => (URL.canParse(src) ? new URL(src).hostname : '');
