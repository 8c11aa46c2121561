import { ArgumentsFailure, type Failure, type Issue, SurroundingsFailure } from '../base/failure.ts';
import { type GatewayFacts, GatewayFailure } from '../gateway/failure.ts';
import type { LateRefusal } from '../jobs/submitter.ts';
import { ARGUMENTS_PROBLEMS } from './arguments-problems.ts';
import type { GuidanceContext } from './describe-job.ts';
import { describeSubmit, PLAIN_ID } from './doubt.ts';
import { GATEWAY_PROBLEMS } from './gateway-problems.ts';
import { followJob, type Next, type ToolName } from './next.ts';
import type { Code, FixBy, ProblemRow, ProblemText } from './problem.ts';
import { SURROUNDINGS_PROBLEMS } from './surroundings-problems.ts';

/** A failure as the agent reads it: what happened, who must act, and what to do. */
export interface Problem {
  code: Code;
  http_status?: number;
  message: string;
  /** The gateway's own words: data. */
  upstream_message?: string;
  retryable: boolean;
  retry_after_seconds?: number;
  fix_by: FixBy;
  steps: string[];
  issues?: Issue[];
  request_id?: string;
  record_id?: string;
}

/** Every code's row, for docs and guides. */
export const PROBLEMS = { ...GATEWAY_PROBLEMS, ...ARGUMENTS_PROBLEMS, ...SURROUNDINGS_PROBLEMS };

/** The tool that was called, as far as a failure concerns it. */
export interface CalledTool {
  name: string;
  /** What a failure leaves behind, by its code: the summary of the error reply, which its message does not repeat. */
  consequences: { any: string } & Partial<Record<Code, string>>;
}

/** What an agent reads of a failure. */
export function explain(
  failure: Failure,
  tool: CalledTool,
  { maxWaitSeconds }: Pick<GuidanceContext, 'maxWaitSeconds'>,
): { summary: string; error: Problem; next: Next } {
  const { code, row, words } = lookUpProblem(failure);
  const gateway = failure instanceof GatewayFailure ? failure.facts : undefined;
  const surroundings = failure instanceof SurroundingsFailure ? failure.facts : undefined;
  const instead = failure instanceof ArgumentsFailure ? failure.facts.instead : undefined;
  const refused = gateway?.fields?.map(path => ({
    path,
    message: 'The gateway refuses this; upstream_message says why.',
  }));
  const issues = failure instanceof ArgumentsFailure ? failure.facts.issues : (refused ?? surroundings?.issues);
  const action = words.action ?? row.action;
  const retryable = action === 'repeat';
  const wait = retryable
    ? Math.max(1, Math.ceil(gateway?.retryAfterSeconds ?? words.after ?? row.after ?? 1))
    : undefined;
  const httpStatus = gateway?.httpStatus ?? surroundings?.httpStatus;
  return {
    summary: tool.consequences[code] ?? tool.consequences.any,
    error: {
      code,
      ...(httpStatus === undefined ? {} : { http_status: httpStatus }),
      message: words.message,
      ...(gateway?.upstreamMessage ? { upstream_message: gateway.upstreamMessage } : {}),
      retryable,
      ...(wait === undefined ? {} : { retry_after_seconds: wait }),
      fix_by: words.fixBy ?? row.fixBy,
      steps: words.steps,
      ...(issues && issues.length > 0 ? { issues } : {}),
      ...(gateway?.requestId ? { request_id: gateway.requestId } : {}),
      ...(gateway?.recordId ? { record_id: gateway.recordId } : {}),
    },
    next: {
      ...nextFor({ ...words, action, tool: words.tool ?? row.tool }, tool.name, wait, gateway, maxWaitSeconds),
      ...(instead ? { arguments: instead } : {}),
    },
  };
}

/** What is said of a submit that was refused after its call had answered. */
export function describeLateRefusal({ failure, ...submit }: LateRefusal): string {
  const { message, steps } = lookUpProblem(failure).words;
  return [`The update${describeSubmit(submit)} was refused after all: no job was made.`, message, ...steps].join(' ');
}

interface ProblemLookup {
  code: Code;
  row: Pick<ProblemRow<Failure>, 'fixBy' | 'action' | 'after' | 'tool'>;
  words: Partial<ProblemText> & Pick<ProblemText, 'message' | 'steps' | 'reason'>;
}

/** The row of a failure’s code, and the words for it. */
export function lookUpProblem(failure: Failure): ProblemLookup {
  if (failure instanceof GatewayFailure) {
    const row = GATEWAY_PROBLEMS[failure.code];
    return { code: failure.code, row, words: row.words(failure) };
  }
  if (failure instanceof ArgumentsFailure) {
    const row = ARGUMENTS_PROBLEMS[failure.code];
    return { code: failure.code, row, words: row.words(failure) };
  }
  const known = failure instanceof SurroundingsFailure ? failure : new SurroundingsFailure('internal_error');
  const row = SURROUNDINGS_PROBLEMS[known.code];
  return { code: known.code, row, words: row.words(known) };
}

function nextFor(
  { action, tool: target, reason }: Pick<ProblemText, 'action' | 'reason'> & { tool: ToolName | undefined },
  called: string,
  wait: number | undefined,
  { requestId, templateId }: Pick<GatewayFacts, 'requestId' | 'templateId'> = {},
  maxWaitSeconds: number,
): Next {
  if (action === 'call_tool' && target) {
    return {
      action,
      tool: target,
      arguments: PLAIN_ID.test(templateId ?? '') ? { template_id: templateId } : {},
      reason,
    };
  }
  if (action === 'call_tool' && requestId) return followJob(requestId, maxWaitSeconds, reason);
  if (action === 'call_tool') return { action: 'ask_user', reason };
  return {
    action,
    ...(action === 'fix_arguments' ? { tool: called } : {}),
    ...(wait === undefined ? {} : { after_seconds: wait }),
    reason,
  };
}
