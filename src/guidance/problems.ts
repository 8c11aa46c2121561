import type { Code, Facts, Issue } from '../base/failure.ts';
import { followJob, type Next } from './next.ts';
import { type FixBy, PROBLEMS, type Row } from './problem-table.ts';

/** A failure as the agent reads it: what happened, who must act, and what to do. */
export interface Problem {
  code: Code;
  http_status: number | null;
  message: string;
  upstream_message: string | null;
  retryable: boolean;
  retry_after_seconds: number | null;
  fix_by: FixBy;
  steps: string[];
  issues?: Issue[];
  request_id: string | null;
  record_id: string | null;
}

/** The code that an HTTP status of the gateway stands for; anything undocumented is `unexpected_response`. */
export function codeForStatus(status: number): Code {
  const found = Object.entries(PROBLEMS).find(([, row]) => row.http.includes(status));
  return (found?.[0] as Code | undefined) ?? 'unexpected_response';
}

/**
 * What an agent is told about a failure.
 *
 * @param tool the tool that was called, named again where its arguments are to be fixed.
 */
export function explain(code: Code, known: Facts, tool: string): { error: Problem; next: Next } {
  const facts = { ...known, tool };
  const row: Row = { ...PROBLEMS[code], ...(facts.passing ? PROBLEMS[code].passing : {}) };
  const retryable = row.action === 'repeat';
  const wait = retryable ? Math.max(1, Math.ceil(facts.retryAfterSeconds ?? row.after ?? 1)) : null;
  return {
    error: {
      code,
      http_status: facts.httpStatus ?? null,
      message: row.message(facts),
      upstream_message: facts.upstreamMessage ?? null,
      retryable,
      retry_after_seconds: wait,
      fix_by: row.fixBy,
      steps: row.steps(facts),
      ...(facts.issues ? { issues: facts.issues } : {}),
      request_id: facts.requestId ?? null,
      record_id: facts.recordId ?? null,
    },
    next: nextAfter(row, facts, tool, wait),
  };
}

function nextAfter(row: Row, facts: Facts, tool: string, wait: number | null): Next {
  if (row.tool) return { action: row.action, tool: row.tool, arguments: {}, reason: row.reason };
  if (row.action === 'call_tool' && facts.requestId) return followJob(facts.requestId, row.reason);
  return {
    action: row.action,
    ...(row.action === 'fix_arguments' ? { tool } : {}),
    ...(wait === null ? {} : { after_seconds: wait }),
    reason: row.reason,
  };
}
