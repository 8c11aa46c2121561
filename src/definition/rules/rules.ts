import { aliases } from './aliases.ts';
import { animationDirection } from './animation-direction.ts';
import { callbackUrl } from './callback-url.ts';
import { colours } from './colours.ts';
import { emptyClips } from './empty-clips.ts';
import { fileTypes } from './file-types.ts';
import { fullFrameCaptions } from './full-frame-captions.ts';
import { hiddenLayers } from './hidden-layers.ts';
import { hollowTweens } from './hollow-tweens.ts';
import { html5Sandbox } from './html5-sandbox.ts';
import { lapsingLinks } from './lapsing-links.ts';
import { literalDefaults } from './literal-defaults.ts';
import { lonelyLuma } from './lonely-luma.ts';
import { lostPlaceholders } from './lost-placeholders.ts';
import { misspeltMergeFields } from './misspelt-merge-fields.ts';
import { outlyingClips } from './outlying-clips.ts';
import { outputSize } from './output-size.ts';
import { overlappingClips } from './overlapping-clips.ts';
import { pagesAsFiles } from './pages-as-files.ts';
import { percentages } from './percentages.ts';
import { placeholdersWithoutDefault } from './placeholders-without-default.ts';
import type { Rule } from './rule.ts';
import { scriptSyntax } from './script-syntax.ts';
import { shapeParts } from './shape-parts.ts';
import { shortTitles } from './short-titles.ts';
import { stretchedFit } from './stretched-fit.ts';
import { svgMarkup } from './svg-markup.ts';
import { unfilledExpressions } from './unfilled-expressions.ts';
import { unknownFonts } from './unknown-fonts.ts';
import { unreachableSources } from './unreachable-sources.ts';

/** Every lint rule, the most serious first: what fails a render, what is missing in it, what looks wrong. */
export const RULES: readonly Rule[] = [
  unreachableSources,
  pagesAsFiles,
  fileTypes,
  lapsingLinks,
  aliases,
  unknownFonts,
  unfilledExpressions,
  lostPlaceholders,
  outputSize,
  shapeParts,
  svgMarkup,
  html5Sandbox,
  scriptSyntax,
  lonelyLuma,
  outlyingClips,
  emptyClips,
  hiddenLayers,
  fullFrameCaptions,
  misspeltMergeFields,
  literalDefaults,
  placeholdersWithoutDefault,
  percentages,
  hollowTweens,
  animationDirection,
  colours,
  overlappingClips,
  shortTitles,
  stretchedFit,
  callbackUrl,
];
