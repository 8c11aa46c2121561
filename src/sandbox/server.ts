import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { planFor, TRANSIENT_REFUSALS } from './directives.ts';
import { Ledger, type SandboxJob } from './ledger.ts';
import { SAMPLE_VIDEO } from './sample-video.ts';
import { readSubmit } from './submit-rules.ts';
import { deliverWebhook, type WebhookBody } from './webhook.ts';

export interface SandboxOptions {
  port?: number;
  /** The key it takes; a fresh one when left out. */
  key?: string;
  /** Milliseconds since the epoch. */
  now?: () => number;
  queueMs?: number;
  workMs?: number;
  /** Which webhook URLs it calls; left out, only those that the real gateway would: https and public. */
  mayCall?: (url: string) => boolean;
}

/** A gateway on loopback that is up. */
export interface Sandbox {
  /** Its origin. */
  url: string;
  key: string;
  close(): Promise<void>;
}

const BODY_CAP_BYTES = 128 * 1024 * 1024;

const ERRORS: Record<number, string> = {
  400: 'Bad Request',
  401: 'missing or invalid wholesale key',
  402: 'Insufficient credits on the wholesale balance',
  404: 'No such request',
  409: 'The worker has started; the job cannot be cancelled',
  413: 'The body is too large',
  429: 'Rate limit exceeded',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'The discount pool has no capacity',
  504: 'Gateway timeout',
};

/** Starts the sandbox: the documented API over real HTTP, with jobs that take a few seconds and cost nothing. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const key = options.key ?? `sandbox-${randomBytes(16).toString('hex')}`;
  const ledger = new Ledger(options.now ?? Date.now);
  const times = { queueMs: options.queueMs ?? 2_000, workMs: options.workMs ?? 3_000 };
  const webhooks = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    const video = /^\/outputs\/[0-9a-f]{32}\.mp4$/.test(path);
    if (video && request.method === 'GET') return sendVideo(response);
    if (!isKey(request.headers.authorization, key)) return sendError(response, 401);
    const [, action, id = ''] = /^\/v1\/run(?:\/(status|cancel)\/([^/]+))?$/.exec(path) ?? [];
    if (path === '/v1/run' && request.method === 'POST') return submit(request, response);
    const job = ledger.find(id);
    if (!job) return sendError(response, 404);
    if (action === 'status' && request.method === 'GET') return send(response, 200, describe(job), job);
    if (action === 'cancel' && request.method === 'POST') return cancel(job, response);
    return sendError(response, 404);
  }

  async function submit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    if (text === null) return sendError(response, 413);
    const body = readSubmit(text, options.mayCall ?? null);
    if (typeof body === 'string') return sendError(response, 400, body);
    const { prompt } = body.inputs;
    const { refuse } = planFor(prompt, times);
    if (refuse !== null) {
      const transient = TRANSIENT_REFUSALS.includes(refuse);
      const left = transient ? Math.ceil(ledger.refusalLeft(prompt) / 1000) : 0;
      if (!transient || left > 0) return sendError(response, refuse, ERRORS[refuse], left);
    }
    const job = ledger.take(prompt, times, body.webhook_url ?? null);
    scheduleWebhook(job);
    if (job.plan.drop) return void request.socket.destroy();
    const urls = { status_url: `${url}/v1/run/status/${job.id}`, cancel_url: `${url}/v1/run/cancel/${job.id}` };
    return send(response, 202, { request_id: job.id, status: 'IN_QUEUE', ...urls }, job);
  }

  function cancel(job: SandboxJob, response: ServerResponse): void {
    const status = ledger.status(job);
    job.cancelled ||= status === 'IN_QUEUE';
    if (status === 'IN_PROGRESS') sendError(response, 409);
    else send(response, 200, { request_id: job.id, cancelled: status === 'IN_QUEUE', status: ledger.status(job) }, job);
  }

  function describe(job: SandboxJob): Record<string, unknown> {
    const status = ledger.status(job);
    if (status === 'COMPLETED') return { request_id: job.id, status, result: resultOf(job) };
    if (status === 'FAILED')
      return { request_id: job.id, status, error: { message: 'The vendor could not update the template.' } };
    return { request_id: job.id, status };
  }

  function resultOf(job: SandboxJob): Record<string, unknown> {
    const { result } = job.plan;
    return result === 'none'
      ? { message: 'Template updated' }
      : { [result]: [{ url: `${url}/outputs/${job.id}.mp4` }] };
  }

  function scheduleWebhook(job: SandboxJob): void {
    if (job.webhookUrl === null) return;
    const to = job.webhookUrl;
    const timer = setTimeout(() => {
      webhooks.delete(timer);
      if (ledger.status(job) === 'CANCELLED') return;
      const failed = job.plan.end === 'FAILED';
      const payload = failed ? null : resultOf(job);
      const body: WebhookBody = {
        request_id: job.id,
        status: failed ? 'ERROR' : 'OK',
        payload,
        error: failed ? 'The vendor could not update the template.' : null,
      };
      void deliverWebhook(to, body, options.mayCall !== undefined);
    }, ledger.remaining(job));
    timer.unref();
    webhooks.add(timer);
  }

  const url = await listen(server, options.port ?? 0);
  return {
    url,
    key,
    async close() {
      for (const timer of webhooks) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function isKey(header: string | undefined, key: string): boolean {
  const given = Buffer.from(header ?? '');
  const expected = Buffer.from(`Bearer ${key}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > BODY_CAP_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function sendVideo(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': SAMPLE_VIDEO.length }).end(SAMPLE_VIDEO);
}

function send(response: ServerResponse, status: number, body: Record<string, unknown>, job?: SandboxJob): void {
  const headers = job ? { 'x-request-id': job.id, 'x-record-id': job.recordId } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function sendError(
  response: ServerResponse,
  status: number,
  message = ERRORS[status] ?? 'Error',
  retryAfter = 0,
): void {
  const extra = status === 402 ? { required_credits: 12 } : {};
  const headers = retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {};
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error: { message, type: 'gateway_error', code: status, ...extra } }));
}
