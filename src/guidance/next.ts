/** What the agent is to do now. A program that only obeys this ends every situation rightly. */
export interface Next {
  /** `repeat`: the very same call again, `after_seconds` from now. */
  action: 'call_tool' | 'repeat' | 'fix_arguments' | 'ask_user' | 'done';
  tool?: string;
  arguments?: Record<string, unknown>;
  after_seconds?: number;
  reason: string;
}

/** The longest wait that still fits under the shortest call limit of a host (60 s), seconds. */
export const LONGEST_WAIT_SECONDS = 45;

/** The call that follows a job to its end: one turn for up to 45 seconds of waiting. */
export function followJob(requestId: string, reason: string): Next {
  return {
    action: 'call_tool',
    tool: 'get_status',
    arguments: { request_id: requestId, wait_seconds: LONGEST_WAIT_SECONDS },
    reason,
  };
}
