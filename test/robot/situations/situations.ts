import type { Situation } from '../situation.ts';
import { ARGUMENTS } from './arguments.ts';
import { CANCELLING } from './cancelling.ts';
import { DOUBTS, SURVIVING } from './doubts.ts';
import { DOWNLOADS } from './downloads.ts';
import { FOLLOWING } from './following.ts';
import { REFUSALS, SURROUNDINGS } from './refusals.ts';
import { KNOWN, TEMPLATES } from './templates.ts';

/** Every situation, by what it is about. */
export const SITUATIONS: Record<string, readonly Situation[]> = {
  'refusals, passing and lasting': REFUSALS,
  'following a job to its end': FOLLOWING,
  'lost answers and answers in between': DOUBTS,
  'settings, network, store': SURROUNDINGS,
  'restarts and repeated calls': SURVIVING,
  'cancelling: early, late, twice': CANCELLING,
  'wrong arguments': ARGUMENTS,
  'definitions, right and wrong': TEMPLATES,
  'definitions sent before': KNOWN,
  'saving results': DOWNLOADS,
};
