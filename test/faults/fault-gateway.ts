import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DONE, type Fault, type Meant, type Outcome, spell } from './faults.ts';
import { CANARY } from './wire-server.ts';

/** A submit as it came over the wire. */
export interface SeenSubmit extends Outcome {
  /** The job that was made of it; null when none was. */
  requestId: string | null;
}

export interface Subject {
  /** What befalls the requests about it, in this order; after the last all goes well, or it repeats. */
  faults: Fault[];
  repeats: boolean;
  /** The state of its jobs. */
  status: string;
  /** Whether a cancel works, comes too late, or finds the job ended. */
  cancel: 200 | 404 | 409;
}

type Operation = 'submit' | 'status' | 'cancel';

/** As long as one operation may be retried, and a little more. */
const UNSETTLED_MS = 35_000;
const WELL: Subject = { faults: [], repeats: false, status: 'IN_QUEUE', cancel: 200 };

/** A gateway on loopback that does each exchange as badly as its subject says, and writes down the truth. */
export class FaultGateway {
  /** What is to befall a seed's requests: of the operation, about the prompt or the job. */
  readonly subjects = new Map<string, Subject>();
  /** Submits by their prompt, in the order in which they came. */
  readonly submits = new Map<string, SeenSubmit[]>();
  /** How often each job was asked about. */
  readonly looks = new Map<string, number>();
  requests = 0;
  /** Befalls requests that no subject speaks of. */
  befall: () => Fault | null = () => null;
  /** Asked for the state of a job that no subject speaks of; the second tells whether the look may be an extra one. */
  stateOf: (job: string, again: boolean) => string = () => 'IN_QUEUE';
  /** When an exchange about a job last went wrong or was a cancel: extra looks follow both. */
  readonly #unsettled = new Map<string, number>();
  /** Milliseconds until anything is answered. */
  latencyMs = 0;
  readonly #nth = new Map<string, number>();
  #server: Server | null = null;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes connections; before, and after `refuse`, they are refused. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      response.on('error', () => {});
      this.#take(request).catch(() => request.socket.destroy());
    });
    server.on('connection', socket => socket.on('error', () => {}));
    server.keepAliveTimeout = 60_000;
    this.#server = server;
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(this.#port, '127.0.0.1', () => resolve()),
    );
    this.#port = (server.address() as AddressInfo).port;
  }

  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }

  async #take(request: IncomingMessage): Promise<void> {
    this.requests++;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    if (this.latencyMs > 0) await new Promise(resolve => setTimeout(resolve, this.latencyMs));
    const url = request.url ?? '';
    const operation: Operation = url === '/v1/run' ? 'submit' : url.startsWith('/v1/run/status/') ? 'status' : 'cancel';
    const about =
      operation === 'submit' ? JSON.parse(Buffer.concat(parts).toString()).inputs.prompt : url.split('/').at(-1);
    const key = `${operation} ${about}`;
    const nth = (this.#nth.get(key) ?? 0) + 1;
    this.#nth.set(key, nth);
    if (operation === 'status') this.looks.set(about, (this.looks.get(about) ?? 0) + 1);

    const known = this.subjects.get(key);
    const subject = known ?? {
      ...WELL,
      status: operation === 'status' ? this.stateOf(about, this.#isUnsettled(about)) : '',
    };
    const drawn = subject.faults[nth - 1] ?? (subject.repeats ? subject.faults.at(-1) : undefined);
    const fault = known ? drawn : this.befall();
    if (operation === 'cancel' || (fault && operation === 'status')) this.#unsettled.set(about, performance.now());
    const outcome = fault?.outcome ?? DONE;
    const meant = this.#mean(operation, about, outcome, subject);
    if (fault) await fault.play(request.socket, meant);
    else request.socket.write(spell(meant));
  }

  #mean(operation: Operation, about: string, outcome: Outcome, subject: Subject): Meant {
    if (operation === 'submit') {
      const seen = this.submits.get(about) ?? [];
      const requestId = outcome.done ? `${about}-job-${seen.length + 1}` : null;
      this.submits.set(about, [...seen, { ...outcome, requestId }]);
      const body = { request_id: requestId, status: 'IN_QUEUE', status_url: CANARY, _balance_warning: CANARY };
      return meaning(202, body, { 'x-request-id': requestId ?? 'none', 'x-record-id': `rec ${CANARY}` });
    }
    if (operation === 'cancel') {
      if (subject.cancel === 200) return meaning(200, { cancelled: true, said: CANARY });
      return meaning(subject.cancel, { error: { message: `No, ${CANARY}` } });
    }
    const { status } = subject;
    if (status === 'FAILED') return meaning(200, { status, error: { message: `The key is ${CANARY}` } });
    const outputs = [{ url: `https://127.0.0.1/${encodeURI('none')}/${about}.mp4` }];
    return meaning(200, { status, request_id: about, result: { outputs, said: CANARY }, _call_cost_usd: 0.1 });
  }

  #isUnsettled(job: string): boolean {
    return performance.now() - (this.#unsettled.get(job) ?? Number.NEGATIVE_INFINITY) < UNSETTLED_MS;
  }

  close(): Promise<void> {
    return this.refuse();
  }
}

function meaning(status: number, body: object, headers: Record<string, string> = {}): Meant {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
