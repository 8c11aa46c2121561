import { hiddenLayers } from './hidden-layers.ts';
import { misspeltMergeFields, placeholdersWithoutDefault } from './merge-fields.ts';
import { overlappingClips } from './overlapping-clips.ts';
import type { Rule } from './rule.ts';
import { scriptSyntax } from './script-syntax.ts';
import { stretchedFit } from './stretched-fit.ts';
import { unknownFonts } from './unknown-fonts.ts';
import { unreachableSources } from './unreachable-sources.ts';

/** Every lint rule. */
export const RULES: readonly Rule[] = [
  overlappingClips,
  unreachableSources,
  unknownFonts,
  placeholdersWithoutDefault,
  misspeltMergeFields,
  hiddenLayers,
  stretchedFit,
  scriptSyntax,
];
