/** The tools that guidance sends an agent to. */
export type ToolName = 'get_status' | 'list_jobs';

/** What the agent is to do now. A program that only obeys this ends every situation rightly. */
export interface Next {
  /** `repeat`: the very same call again, `after_seconds` from now. */
  action: 'call_tool' | 'repeat' | 'fix_arguments' | 'ask_user' | 'done';
  /** For `call_tool`, and for `fix_arguments` the tool that was called. */
  tool?: string;
  arguments?: Record<string, unknown>;
  after_seconds?: number;
  /** Why this is next; how is in `action` and, on an error, in `steps`. */
  reason: string;
}

/** The call that waits for a job's end, for as long as a call may. */
export function followJob(requestId: string, maxWaitSeconds: number, reason: string): Next {
  return {
    action: 'call_tool',
    tool: 'get_status',
    arguments: { request_id: requestId, wait_seconds: maxWaitSeconds },
    reason,
  };
}
