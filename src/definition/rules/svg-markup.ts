import { shorten } from '../../base/text.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { eachClip, type Rule, SVG_GUIDE } from './rule.ts';

export const svgMarkup: Rule = {
  name: 'svg-markup',
  finds: 'an svg that is no markup, has no viewBox, or holds what is not rendered: text, images, animations',
  source: `${SVG_GUIDE}, "Required attributes" and "Unsupported elements"`,
  find: eachClip(({ asset: { src }, type, path }) => {
    const message = type === 'svg' && typeof src === 'string' ? judge(src) : null;
    return message === null ? null : { path: `${path}.asset.src`, message, received: shorten(src) };
  }),
};

function judge(src: string): string | null {
  if (/^\s*(https?:)?\/\//i.test(src)) return 'An svg takes the markup itself, not its URL.';
  if (hasPlaceholder(src) && !src.includes('<')) return null;
  if (!/<svg[\s>]/i.test(src)) return 'An svg takes markup: <svg …>.';
  if (/<text[\s>]/i.test(src)) return 'Text in an svg is not rendered: use a rich-text clip beside it.';
  const [, element] = /<(image|foreignObject|animate|animateTransform)[\s>]/i.exec(src) ?? [];
  if (element !== undefined) return `<${element}> in an svg is not rendered.`;
  return /<svg[^>]*\sviewBox\s*=/i.test(src) ? null : 'An svg needs a viewBox; without it the renderer cannot size it.';
}
