import type { Situation } from '../situation.ts';
import { ARGUMENTS } from './arguments.ts';
import { DOWNLOADS } from './downloads.ts';
import { CANCELLING, FOLLOWING, SURVIVING } from './jobs.ts';
import { REFUSALS } from './refusals.ts';
import { TEMPLATES } from './templates.ts';

/** Every situation, by what it is about. */
export const SITUATIONS: Record<string, readonly Situation[]> = {
  'following a job to its end': FOLLOWING,
  'cancelling: early, late, twice': CANCELLING,
  'lost answers, restarts, repeated calls': SURVIVING,
  'refusals, passing and lasting': REFUSALS,
  'wrong arguments': ARGUMENTS,
  'definitions, right and wrong': TEMPLATES,
  'saving results': DOWNLOADS,
};
