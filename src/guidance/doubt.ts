import type { GatewayFacts, GatewayFailure } from '../gateway/failure.ts';
import type { ProblemRow } from './problem.ts';

/** What is known of a submit whose outcome is not known. */
export interface Doubt {
  templateId?: string | undefined;
  recordId?: string | undefined;
  /** Milliseconds since the epoch. */
  submittedAt?: number | undefined;
}

/** Ids that may enter a sentence or `next`: nothing that could read as a sentence itself. */
export const PLAIN_ID = /^[\w.:-]{1,100}$/;
const MOST_NAMED = 3;

/** The one question that doubts put to the user. */
export function doubtQuestion(doubts: readonly Doubt[]): string {
  const [only] = doubts;
  if (doubts.length === 1 && only) {
    return `The update${describeSubmit(only)} was not confirmed. Sending it again gives the same template; at worst it is paid twice. Send again?`;
  }
  const named = doubts.slice(0, MOST_NAMED).map(doubt => describeSubmit(doubt).trim());
  const rest = doubts.length > MOST_NAMED ? `, and ${doubts.length - MOST_NAMED} more` : '';
  return `${doubts.length} updates were not confirmed: ${named.join('; ')}${rest}. Sending them again gives the same templates; at worst each is paid twice. Which are to be sent again?`;
}

/** What is said of a submit that may have made a job. */
export function describeDoubt(facts: GatewayFacts): ReturnType<ProblemRow<GatewayFailure>['words']> {
  const lift = facts.lift ? [`Only if the user says yes: make the same call with "${facts.lift}" added to allow.`] : [];
  const at = facts.submittedAt === undefined ? 'earlier' : `at ${clockTime(facts.submittedAt)}`;
  if (facts.otherTenant) {
    return {
      action: 'ask_user',
      message: `An equal update was submitted ${at} with another key of this shared store. Nothing was sent now.`,
      steps: [
        'Ask the user whether to send the update all the same; if that job completes too, both are billed.',
        ...lift,
      ],
      reason: 'Whose job it is cannot be shown to this key.',
    };
  }
  const earlier = facts.requestId
    ? 'and accepted, and the gateway no longer knows its job. Nothing was sent now.'
    : 'and was not confirmed: a job may exist. Nothing was sent now.';
  const message = facts.earlier
    ? `This update was sent ${at} ${earlier}`
    : facts.cause === 'NO_ANSWER_YET'
      ? 'The update was sent, and the gateway has not answered yet. An answer that comes later still counts.'
      : `The update was sent, and no usable answer came${facts.httpStatus ? ` (HTTP ${facts.httpStatus})` : facts.cause ? ` (${facts.cause})` : ''}.`;
  return {
    // list_jobs, which follows otherwise, would ask nobody about an old one.
    ...(facts.old ? { action: 'ask_user' as const } : {}),
    message,
    steps: [
      'Do not submit again on your own. list_jobs shows what this server knows; the wholesale dashboard shows every job.',
      `Ask the user: “${doubtQuestion([facts])}”`,
      ...lift,
    ],
    reason: facts.old ? doubtQuestion([facts]) : 'An answer may have come meanwhile.',
  };
}

/** Which submit is meant: ` of t-1 at 2026-03-01 14:03 UTC (record rec_1)`, as far as it is known. */
export function describeSubmit({ templateId, recordId, submittedAt }: Doubt): string {
  const what = templateId !== undefined && PLAIN_ID.test(templateId) ? ` of ${templateId}` : '';
  const when = submittedAt === undefined ? '' : ` at ${clockTime(submittedAt)}`;
  const record = recordId !== undefined && PLAIN_ID.test(recordId) ? ` (record ${recordId})` : '';
  return `${what}${when}${record}`;
}

/** As in `2026-03-01 14:03 UTC`. */
export const clockTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
