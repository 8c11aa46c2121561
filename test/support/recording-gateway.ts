import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface RecordedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were sent. */
  rawHeaders: string[];
  body: string;
  /** What it is about: the prompt of a submit, the job's id of anything else. */
  subject: string;
}

/** Answers a request; `nth` counts the requests about its subject to its path, from 1. */
export type Handler = (request: RecordedRequest, response: ServerResponse, nth: number) => void;

/** An HTTP server on loopback that keeps every request and answers as it is told. */
export class RecordingGateway {
  readonly requests: RecordedRequest[] = [];
  readonly #server: Server;
  readonly #scripts = new Map<string, Handler>();

  private constructor(fallback: Handler) {
    this.#server = createServer(async (incoming, response) => {
      response.on('error', () => {});
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part);
      const { method = '', url = '', headers, rawHeaders } = incoming;
      const body = Buffer.concat(parts).toString();
      const request = { method, url, headers, rawHeaders, body, subject: prepareDefinition(url, body) };
      this.requests.push(request);
      const nth = this.requests.filter(seen => seen.url === url && seen.subject === request.subject).length;
      (this.#scripts.get(request.subject) ?? fallback)(request, response, nth);
    });
  }

  /** Starts one; `fallback` answers what no script is about. */
  static async start(fallback: Handler = (_request, response) => json(response, 404, {})): Promise<RecordingGateway> {
    const gateway = new RecordingGateway(fallback);
    await new Promise<void>(resolve => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers everything about this prompt or job id in this way. */
  script(subject: string, handler: Handler): void {
    this.#scripts.set(subject, handler);
  }

  about(subject: string): RecordedRequest[] {
    return this.requests.filter(request => request.subject === subject);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The documented answer to a submit. */
export function accept(response: ServerResponse, id: string, further: object = {}): void {
  json(
    response,
    202,
    { request_id: id, status: 'IN_QUEUE', ...further },
    { 'x-request-id': id, 'x-record-id': `rec_${id}` },
  );
}

function prepareDefinition(url: string, body: string): string {
  if (url !== '/v1/run') return url.split('/').at(-1) ?? '';
  return JSON.parse(body).inputs.prompt;
}
