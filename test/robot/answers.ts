import { accept, type Handler, json } from '../support/recording-gateway.ts';

/** The id of the job that comes of a scripted submit. */
export const ID = 'c546520207fb4b68b0adce825f9dcf6d';

/** Answers the nth request with the nth of these, and any later one with the last. */
export const inTurn =
  (...handlers: Handler[]): Handler =>
  (request, response, nth) =>
    (handlers[nth - 1] ?? handlers.at(-1))?.(request, response, nth);

export const answer =
  (status: number, body: object, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    json(response, status, body, headers);

/** A refusal that asks for a pause which the server leaves to the agent. */
export const refusal = (status: number): Handler =>
  answer(status, { error: { message: 'refused' } }, { 'retry-after': '20' });

export const taken: Handler = (_request, response) => accept(response, ID);
export const queued = answer(200, { status: 'IN_QUEUE' });
export const working = answer(200, { status: 'IN_PROGRESS' });
export const complete = answer(200, { status: 'COMPLETED', result: { outputs: ['https://cdn.example.com/a.mp4'] } });
export const failed = answer(200, { status: 'FAILED', error: 'The vendor could not read the asset.' });
export const unknownJob = answer(404, { error: 'no such request' });
export const cancelled = answer(200, { cancelled: true });
/** The connection drops before an answer. */
export const dropped: Handler = (_request, response) => void response.socket?.destroy();
/** The headers name the job, and the connection drops inside the body. */
export const cutShort: Handler = (_request, response) => {
  response.writeHead(202, { 'content-type': 'application/json', 'content-length': '500', 'x-request-id': ID });
  response.write('{"request_id":');
  setTimeout(() => response.socket?.destroy(), 20);
};
/** No answer ever comes. */
export const silent: Handler = () => {};
