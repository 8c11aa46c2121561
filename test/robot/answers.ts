import { accept, type Handler, json } from '../support/recording-gateway.ts';

/** The id of the job that a request is about; the prompt of every situation holds it. */
const idIn = ({ url, body }: { url: string; body: string }): string => /[0-9a-f]{32}/.exec(url + body)?.[0] ?? '';

/** Answers the nth request with the nth of these, and any later one with the last. */
export const inTurn =
  (...handlers: Handler[]): Handler =>
  (request, response, nth) =>
    (handlers[nth - 1] ?? handlers.at(-1))?.(request, response, nth);

/** The same answer to the first `count` requests. */
export const times = (count: number, handler: Handler): Handler[] => Array<Handler>(count).fill(handler);

export const answer =
  (status: number, body: object, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    json(response, status, body, headers);

/** A refusal in the gateway's own words that asks for a pause. */
export const refusal = (status: number, seconds = 1): Handler =>
  answer(status, { error: { message: 'The request was refused.' } }, { 'retry-after': String(seconds) });

/** A page that something in between has written. */
export const page =
  (status: number, html = '<html><body>Please sign in</body></html>'): Handler =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end(html);

export const taken: Handler = (request, response) => accept(response, idIn(request));
export const queued = answer(200, { status: 'IN_QUEUE' });
export const working = answer(200, { status: 'IN_PROGRESS' });
export const complete = answer(200, { status: 'COMPLETED', result: { outputs: ['https://cdn.example.com/a.mp4'] } });
export const failed = answer(200, { status: 'FAILED', error: 'The vendor could not read the asset.' });
export const unknownJob = answer(404, { error: 'no such request' });
export const cancelled = answer(200, { cancelled: true });
/** The connection drops before an answer. */
export const dropped: Handler = (_request, response) => void response.socket?.destroy();
/** The headers name the job, and the connection drops inside the body. */
export const cutShort: Handler = (request, response) => {
  const headers = { 'content-type': 'application/json', 'content-length': '500', 'x-request-id': idIn(request) };
  response.writeHead(202, headers);
  response.write('{"request_id":');
  setTimeout(() => response.socket?.destroy(), 20);
};
/** An answer in error that names an id beside it. */
export const withId =
  (status: number): Handler =>
  (request, response) =>
    json(response, status, { error: { message: 'The request failed.' }, request_id: idIn(request) });
/** No answer ever comes. */
export const silent: Handler = () => {};
