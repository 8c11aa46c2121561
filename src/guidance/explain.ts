import {
  ArgumentsFailure,
  type Code,
  type Failure,
  type GatewayFacts,
  GatewayFailure,
  type Issue,
  SurroundingsFailure,
} from '../base/failure.ts';
import { ARGUMENTS_PROBLEMS } from './arguments-problems.ts';
import type { GuidanceContext } from './describe-job.ts';
import { PLAIN_ID } from './doubt.ts';
import { GATEWAY_PROBLEMS } from './gateway-problems.ts';
import { followJob, type Next, type ToolName } from './next.ts';
import type { FixBy, Row, Words } from './problem.ts';
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

/** What a failure of each tool leaves behind. */
const CONSEQUENCES: Record<ToolName, string> = {
  update_template: 'No job was made, and nothing is billed.',
  get_status: 'The job itself is not affected.',
  cancel_job: 'The job is not known to be cancelled: it may run on, and a completed job is billed.',
  list_jobs: 'The jobs could not be listed.',
  validate_template: 'Nothing was checked and nothing was sent.',
  get_definition: 'No definition was read.',
  download_result: 'Nothing was saved; the job itself is not affected.',
};

/**
 * What an agent is told about a failure.
 *
 * @param tool the tool that was called
 */
export function explain(
  failure: Failure,
  tool: ToolName,
  { maxWaitSeconds }: Pick<GuidanceContext, 'maxWaitSeconds'>,
): { summary: string; error: Problem; next: Next } {
  const { row, words } = look(failure);
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
    summary: consequence(failure, tool),
    error: {
      code: failure.code,
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
      ...nextFor({ ...words, action, tool: words.tool ?? row.tool }, tool, wait, gateway, maxWaitSeconds),
      ...(instead ? { arguments: instead } : {}),
    },
  };
}

interface Found {
  row: Pick<Row<Failure>, 'fixBy' | 'action' | 'after' | 'tool'>;
  words: Partial<Words> & Pick<Words, 'message' | 'steps' | 'reason'>;
}

function look(failure: Failure): Found {
  if (failure instanceof GatewayFailure) {
    const row = GATEWAY_PROBLEMS[failure.code];
    return { row, words: row.words(failure) };
  }
  if (failure instanceof ArgumentsFailure) {
    const row = ARGUMENTS_PROBLEMS[failure.code];
    return { row, words: row.words(failure) };
  }
  const known = failure instanceof SurroundingsFailure ? failure : new SurroundingsFailure('internal_error');
  const row = SURROUNDINGS_PROBLEMS[known.code];
  return { row, words: row.words(known) };
}

/** What the failed call leaves behind: the reply's summary, which the message does not repeat. */
function consequence(failure: Failure, tool: ToolName): string {
  if (tool === 'cancel_job' && failure.code === 'not_cancellable') return 'The job was not cancelled.';
  if (tool !== 'update_template') return CONSEQUENCES[tool];
  if (failure.code === 'submission_unknown')
    return 'It is not known whether a job exists; if it does and completes, it is billed.';
  if (failure.code === 'internal_error') return 'It is not known whether anything was submitted.';
  return CONSEQUENCES.update_template;
}

function nextFor(
  { action, tool: target, reason }: Pick<Words, 'action' | 'reason'> & { tool: ToolName | undefined },
  called: ToolName,
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
