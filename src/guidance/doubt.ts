/** What is known of a submit whose outcome is not known. */
export interface Doubt {
  templateId?: string | undefined;
  recordId?: string | undefined;
  /** Milliseconds since the epoch. */
  submittedAt?: number | undefined;
}

/** Ids that may enter a sentence: nothing that could read as one itself. */
const PLAIN_ID = /^[\w.:-]{1,100}$/;
const MOST_NAMED = 3;

/** The one question that a doubt puts to the user. */
export function doubtQuestion(doubts: readonly Doubt[]): string {
  const named = doubts.slice(0, MOST_NAMED).map(describe);
  const rest = doubts.length - named.length;
  const [verb, again] = doubts.length === 1 ? ['was', 'it'] : ['were', 'them'];
  const same = doubts.length === 1 ? 'the same template' : 'the same templates';
  const all = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
  return `${all} ${verb} not confirmed. Sending ${again} again gives ${same}; at worst it is paid twice. Send again?`;
}

function describe({ templateId, recordId, submittedAt }: Doubt): string {
  const what = templateId !== undefined && PLAIN_ID.test(templateId) ? `The update of ${templateId}` : 'An update';
  const when = submittedAt === undefined ? '' : ` at ${clockTime(submittedAt)}`;
  const record = recordId !== undefined && PLAIN_ID.test(recordId) ? ` (record ${recordId})` : '';
  return `${what}${when}${record}`;
}

/** As in `2026-03-01 14:03 UTC`. */
export const clockTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
