import { applyIssues, type Correction } from './corrections.ts';

/** As much of a reply as the robot reads: all it knows of the server is what these fields mean. */
export interface Told {
  next: {
    action: string;
    tool?: string;
    arguments?: Record<string, unknown>;
    after_seconds?: number;
  };
  error?: { code: string; issues?: Correction[] };
  validation?: { issues: Correction[] };
}

/** A call, as the robot makes it. */
export interface RobotCall {
  tool: string;
  args: Record<string, unknown>;
}

/** What the robot did, and where that left it. */
export interface Course {
  /** Tools in the order of the calls, with the waits between them, as in `wait 20`. */
  path: string[];
  /** The action that it stopped at; `given up` when that never came. */
  end: string;
}

/** The most calls that the robot makes of one matter. */
const MOST_TURNS = 12;

/**
 * A program that knows nothing of video or of this server: it makes one call and from then on only obeys `next`, until
 * that sends it away or asks for a mind. It writes its waits down instead of waiting.
 */
export async function obey(call: (next: RobotCall) => Promise<Told>, first: RobotCall): Promise<Course> {
  const path: string[] = [];
  let now = first;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const told = await call(now);
    const { next } = told;
    path.push(now.tool);
    if (next.action === 'repeat') path.push(`wait ${next.after_seconds}`);
    else if (next.action === 'call_tool') now = { tool: next.tool ?? '', args: next.arguments ?? {} };
    else if (next.action !== 'fix_arguments') return { path, end: next.action };
    else {
      const issues = told.error?.issues ?? told.validation?.issues ?? [];
      const args = applyIssues(now.args, issues);
      if (args === null) return { path, end: next.action };
      now = { tool: next.tool ?? now.tool, args };
    }
  }
  return { path, end: 'given up' };
}
