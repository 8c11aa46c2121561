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
    return `The update${describe(only)} was not confirmed. Sending it again gives the same template; at worst it is paid twice. Send again?`;
  }
  const named = doubts.slice(0, MOST_NAMED).map(doubt => describe(doubt).trim());
  const rest = doubts.length > MOST_NAMED ? `, and ${doubts.length - MOST_NAMED} more` : '';
  return `${doubts.length} updates were not confirmed: ${named.join('; ')}${rest}. Sending them again gives the same templates; at worst each is paid twice. Which are to be sent again?`;
}

function describe({ templateId, recordId, submittedAt }: Doubt): string {
  const what = templateId !== undefined && PLAIN_ID.test(templateId) ? ` of ${templateId}` : '';
  const when = submittedAt === undefined ? '' : ` at ${clockTime(submittedAt)}`;
  const record = recordId !== undefined && PLAIN_ID.test(recordId) ? ` (record ${recordId})` : '';
  return `${what}${when}${record}`;
}

/** As in `2026-03-01 14:03 UTC`. */
export const clockTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
