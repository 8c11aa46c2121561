import { seeded } from '../jobs/store/random.ts';
import { drawFault, type Fault, pick, type Random } from './faults.ts';

export const TOOLS = [
  'update_template',
  'get_status',
  'cancel_job',
  'list_jobs',
  'validate_template',
  'download_result',
] as const;
export type ToolName = (typeof TOOLS)[number];

/** What is tried with one seed: a tool, and what befalls the gateway's answers meanwhile. */
export interface Scenario {
  seed: number;
  tool: ToolName;
  /** The port: open, closed, or closed until some milliseconds after the call. */
  door: 'open' | 'closed' | number;
  faults: Fault[];
  repeats: boolean;
  /** Whether the job was submitted here before the tool is called. */
  own: boolean;
  status: string;
  cancel: 200 | 404 | 409;
  waitSeconds: number;
  withTemplate: boolean;
  /** For the table. */
  kind: string;
}

const STATUSES = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED'];

/** The scenario of a seed, always the same. */
export function scenarioOf(seed: number): Scenario {
  // Neighbouring seeds lead to like beginnings; a few steps set them apart.
  const random: Random = seeded(seed * 7_919 + 17);
  for (let i = 0; i < 3; i++) random();
  const tool = TOOLS[seed % TOOLS.length] ?? 'update_template';
  const shut = random() < 0.06;
  const door = !shut ? 'open' : random() < 0.5 ? 'closed' : Math.floor(50 + random() * 900);
  const faults = shut ? [] : Array.from({ length: 1 + Math.floor(random() * 3) }, () => drawFault(random));
  return {
    seed,
    tool,
    door,
    faults,
    repeats: random() < 0.4,
    own: random() < 0.5,
    status: pick(random, STATUSES),
    cancel: pick(random, [200, 200, 404, 409]),
    waitSeconds: pick(random, [0, 0, 1, 2]),
    withTemplate: random() < 0.3,
    kind: shut ? (door === 'closed' ? 'refused' : 'refused at first') : (faults[0]?.kind ?? ''),
  };
}

/** Whether it waits for the server's own time limits. */
export const isSlow = ({ faults }: Scenario): boolean => faults.some(({ slow }) => slow);
