import type { JsonObject } from '../base/json.ts';
import type { GatewayStatus } from './gateway.ts';

const OWN: readonly GatewayStatus[] = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED'];

/** What other APIs say: Shotstack, Replicate, RunPod, OpenAI, HeyGen, Kling, Celery. */
const OTHER: Record<GatewayStatus, string> = {
  IN_QUEUE:
    'QUEUED ENQUEUED PENDING WAITING SUBMITTED CREATED SCHEDULED ACCEPTED NOT_STARTED NOT_START THROTTLED CANCELLING CANCELING',
  IN_PROGRESS:
    'PROCESSING RUNNING STARTED STARTING WORKING ACTIVE EXECUTING INPROGRESS PREPROCESSING FETCHING RENDERING GENERATING SAVING',
  COMPLETED: 'COMPLETE DONE SUCCESS SUCCESSFUL SUCCEEDED SUCCEED FINISHED READY',
  FAILED: 'FAIL FAILURE ERROR ERRORED TIMED_OUT TIMEOUT CRASHED REJECTED',
  CANCELLED: 'CANCELED ABORTED STOPPED KILLED TERMINATED REVOKED',
};

/** The gateway's own word for a state, in any case, with blanks or hyphens for underscores; undefined for another. */
export const ownState = (word: string): GatewayStatus | undefined => OWN.find(status => status === plainWord(word));

/** The state that another API's word obviously means. */
export const meantState = (word: string): GatewayStatus | undefined =>
  OWN.find(status => OTHER[status].split(' ').includes(plainWord(word)));

/**
 * Whether a word may be about the request (JSend's "success", "fail" and "error") or a server: of a job it is believed only
 * beside a result, since a job taken for failed would be submitted again.
 */
export const isAmbiguous = (word: string): boolean =>
  /^(success|ready|fail|error|timeout|rejected|stopped|terminated|killed)$/i.test(word.trim());

/** The words that an object may have for a job's state. */
export const stateWords = ({ status, state, task_status, job_status }: JsonObject): string[] =>
  [status, state, task_status, job_status].filter(word => typeof word === 'string');

const plainWord = (word: string): string => word.trim().toUpperCase().replace(/[\s-]/g, '_');
