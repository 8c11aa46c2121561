import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** A submit as it came over the wire. */
interface SeenSubmit {
  prompt: string;
  templateId: string | null;
  /** The job that was made of it; null when it was refused. */
  requestId: string | null;
}

export interface GatewayPlan {
  /** The HTTP status that a submit of this prompt is answered with; 202 takes the job. */
  submit?: (prompt: string) => number;
  /** Milliseconds between the taking of a job and its answer. */
  answerAfter?: () => number;
  /** The job's lifecycle status; null answers 404. */
  status?: (requestId: string) => string | null;
  /** Milliseconds until a look is answered. */
  lookTakes?: () => number;
  /** Stands in every text of an answer: a canary. */
  echo?: string;
}

/** A gateway on loopback that writes down all that reaches it. */
export interface RecordingGateway {
  url: string;
  /** What it does; may be changed at any time. */
  plan: GatewayPlan;
  submits: SeenSubmit[];
  /** How often each job was asked about. */
  looks: Map<string, number>;
  close(): Promise<void>;
}

export async function startRecordingGateway(plan: GatewayPlan = {}): Promise<RecordingGateway> {
  const submits: SeenSubmit[] = [];
  const looks = new Map<string, number>();
  let taken = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { plan } = gateway;
    const [, asked] = /^\/v1\/run\/status\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (asked) {
      looks.set(asked, (looks.get(asked) ?? 0) + 1);
      const status = plan.status ? plan.status(asked) : 'COMPLETED';
      await delay(plan.lookTakes?.() ?? 0);
      if (status === null) return answer(response, 404, { error: 'No such request' });
      const said = plan.echo ?? 'none';
      const outputs = [{ url: `https://results.example/${said}/${asked}.mp4` }];
      const error = status === 'FAILED' ? { message: `The key is ${said}` } : undefined;
      return answer(response, 200, { request_id: asked, status, result: { outputs }, error, said }, said);
    }
    const { inputs } = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const status = plan.submit?.(inputs.prompt) ?? 202;
    const requestId = status === 202 ? `job-${process.pid}-${++taken}` : null;
    submits.push({ prompt: inputs.prompt, templateId: inputs.id ?? null, requestId });
    await delay(plan.answerAfter?.() ?? 0);
    if (requestId === null) return answer(response, status, { error: { message: `Refused ${plan.echo ?? ''}` } });
    return answer(response, 202, { request_id: requestId, status: 'IN_QUEUE', said: plan.echo }, plan.echo);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const gateway: RecordingGateway = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    plan,
    submits,
    looks,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return gateway;
}

function answer(response: ServerResponse, status: number, body: object, said = 'none'): void {
  // One refusal stands for a pause that is over at once, so that no test waits for a repetition.
  const headers = { 'content-type': 'application/json', 'retry-after': '0', 'x-record-id': `rec-${said}` };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
