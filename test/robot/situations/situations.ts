import type { Situation } from '../situation.ts';
import { ARGUMENTS } from './arguments.ts';
import { CANCELLING } from './cancelling.ts';
import { DOUBTS, SURVIVING } from './doubts.ts';
import { DOWNLOADS } from './downloads.ts';
import { FOLLOWING } from './following.ts';
import { LASTING, PASSING, SURROUNDINGS } from './refusals.ts';
import { KNOWN, TEMPLATES } from './templates.ts';

/** Every situation, by what it is about; groups that take long come first. */
export const SITUATIONS: Record<string, readonly Situation[]> = {
  'refusals that pass': PASSING,
  'following a job to its end': FOLLOWING,
  'lost answers and answers in between': DOUBTS,
  'settings, network, store': SURROUNDINGS,
  'refusals that last': LASTING,
  'restarts and repeated calls': SURVIVING,
  'cancelling: early, late, twice': CANCELLING,
  'wrong arguments': ARGUMENTS,
  'definitions, right and wrong': TEMPLATES,
  'definitions sent before': KNOWN,
  'saving results': DOWNLOADS,
};
