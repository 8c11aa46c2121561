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
  /** Tools in the order of the calls; `repeat` is the very same call again. */
  path: string[];
  /** The action that it stopped at; `given up` when that never came. */
  end: string;
}

/** The most calls that the robot makes of one matter. */
const MOST_TURNS = 12;

/**
 * A program that knows nothing of video or of this server: it makes one call and from then on only obeys `next`, until
 * that ends the work or needs a decision. Like an agent it cannot sleep, so a `repeat` comes at once.
 */
export async function obey(call: (next: RobotCall) => Promise<Told>, first: RobotCall): Promise<Course> {
  const path: string[] = [first.tool];
  let now = first;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const told = await call(now);
    const { next } = told;
    if (next.action === 'repeat') path.push('repeat');
    else {
      const following = callAfter(told, now);
      if (following === null) return { path, end: next.action };
      now = following;
      path.push(now.tool);
    }
  }
  return { path, end: 'given up' };
}

/** The call that `next` asks for; null when it asks for none, or for one that takes a mind. */
function callAfter({ next, error, validation }: Told, now: RobotCall): RobotCall | null {
  const { action, tool = now.tool } = next;
  if (action === 'call_tool') return { tool, args: next.arguments ?? {} };
  if (action !== 'fix_arguments') return null;
  const args = next.arguments ?? applyIssues(now.args, error?.issues ?? validation?.issues ?? []);
  return args && { tool, args };
}
