/** The tools, by name: what `next` may point to. */
export type ToolName =
  | 'update_template'
  | 'get_status'
  | 'cancel_job'
  | 'list_jobs'
  | 'validate_template'
  | 'get_definition'
  | 'download_result';

/** What the agent is to do now. A program that only obeys this ends every situation rightly. */
export interface Next {
  /** `repeat`: the very same call again, `after_seconds` from now. */
  action: 'call_tool' | 'repeat' | 'fix_arguments' | 'ask_user' | 'done';
  tool?: ToolName;
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
