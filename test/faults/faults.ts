import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CANARY } from './wire-server.ts';

/** An answer as the gateway means it, before a fault befalls it. */
export interface Meant {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What a request came to, whatever the other side could see of it. */
export interface Outcome {
  /** Whether the gateway did what was asked. */
  done: boolean;
  /** Whether its answer left whole, and said so. */
  told: boolean;
  /** An explicit 429 or 503. */
  refused: boolean;
}

/** Does one exchange badly. */
export interface Fault {
  kind: string;
  /** Whether it keeps the other side waiting until a time limit. */
  slow: boolean;
  outcome: Outcome;
  play(socket: Socket, meant: Meant): Promise<void> | void;
}

export const DONE: Outcome = { done: true, told: true, refused: false };
const UNTOLD: Outcome = { done: true, told: false, refused: false };
const NOT_DONE: Outcome = { done: false, told: false, refused: false };

const STATUSES = [
  ...[200, 201, 202, 204, 206, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415],
  ...[
    418, 421, 422, 425, 428, 429, 429, 431, 451, 499, 500, 500, 501, 502, 503, 503, 504, 507, 520, 522, 524, 529, 599,
  ],
];
const PAUSES = [null, null, '0', '1', '-5', '99999999', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT', `${CANARY}`];

/** What an answer of any status may carry; `says` is in it wherever text can be. */
const BODIES: Record<string, (status: number, says: string) => string> = {
  'an error object': (code, message) => JSON.stringify({ error: { message, type: message, code } }),
  'an error text': (_status, error) => JSON.stringify({ error, retry_after_seconds: 0 }),
  'a detail': (_status, detail) => JSON.stringify({ detail: [{ loc: ['body'], msg: detail }] }),
  'a message': (code, message) => JSON.stringify({ code, message }),
  'a hidden 500': (_status, message) => JSON.stringify({ code: 500, message }),
  'a hidden 503': (_status, message) => JSON.stringify({ code: 503, message, retry_after_seconds: 0 }),
  HTML: (status, says) => `<html><h1>${status}</h1>${says}</html>`,
  nothing: () => '',
  null: () => 'null',
  'a number': () => '1e999',
  'an array': (_status, says) => JSON.stringify([[says]]),
  'half a JSON': (_status, says) => JSON.stringify({ error: says }).slice(0, -4),
  'odd types': (_status, says) => JSON.stringify({ request_id: 7, status: { a: says }, error: [says], message: {} }),
  'an odd id': (_status, says) => JSON.stringify({ request_id: `../../${says}`, status: 'IN_QUEUE' }),
  'bad UTF-8': (_status, says) => `{"message": "\ud800\ufffd${says.slice(0, 5)}"}`,
  'deep nesting': () => `{"error":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
};

export type Random = () => number;
export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** A fault of some kind, as `random` has it. */
export function drawFault(random: Random): Fault {
  const n = random();
  if (n < 0.5) return status(random);
  return pick(random, n < 0.97 ? QUICK : SLOW)(random);
}

const perhaps = (random: Random): Outcome => (random() < 0.5 ? UNTOLD : NOT_DONE);

/** Any status with any body, or the right body under a wrong status. */
function status(random: Random): Fault {
  const code = pick(random, STATUSES);
  const bare = code === 204 || code === 304;
  const shape = pick(random, ['the right body', ...Object.keys(BODIES)]);
  const pause = pick(random, PAUSES);
  const says = `${pick(random, ['No.', '\u001b[31mNo\u001b[0m\u202e', 'x'.repeat(3_000)])} ${CANARY} ${spelled(CANARY)}`;
  const right = shape === 'the right body' && !bare;
  return {
    kind: `status ${Math.floor(code / 100)}xx`,
    slow: false,
    outcome: outcomeOf(code, right, shape, random),
    play(socket, meant) {
      const body = right ? meant.body : bare ? '' : (BODIES[shape]?.(code, says) ?? '');
      const headers = { ...meant.headers, ...(pause === null ? {} : { 'retry-after': pause }) };
      // An error names no job; its x-request-id is a proxy's own.
      const named = right ? headers : { ...headers, 'x-request-id': 'trace-1', 'x-record-id': `rec ${CANARY}` };
      socket.write(spell({ status: code, headers: named, body }, !bare));
    },
  };
}

function outcomeOf(code: number, right: boolean, shape: string, random: Random): Outcome {
  // What names a job has made one, whatever its status says.
  if (right) return DONE;
  if (code < 300) {
    if (shape.startsWith('a hidden') || (shape === 'a message' && code >= 400))
      return { ...NOT_DONE, refused: shape === 'a hidden 503' };
    return perhaps(random);
  }
  // A proxy that had no answer in time, or none that it understood, cannot tell what the gateway did.
  if (code > 503 || code === 502) return perhaps(random);
  return { ...NOT_DONE, refused: code === 429 || code === 503 };
}

type Draw = (random: Random) => Fault;

const QUICK: Draw[] = [
  random => ({
    kind: 'reset before headers',
    slow: false,
    outcome: perhaps(random),
    play: socket => void socket.resetAndDestroy(),
  }),
  random => ({
    kind: 'close before headers',
    slow: false,
    outcome: perhaps(random),
    play: socket => void socket.destroy(),
  }),
  random => {
    const ms = random() * 30;
    return {
      kind: 'reset after headers',
      slow: false,
      outcome: UNTOLD,
      async play(socket, meant) {
        socket.write(head(meant, Buffer.byteLength(meant.body)));
        await delay(ms);
        socket.resetAndDestroy();
      },
    };
  },
  random => {
    const share = random();
    return {
      kind: 'truncated',
      slow: false,
      outcome: UNTOLD,
      play(socket, meant) {
        const whole = spell(meant);
        socket.end(whole.slice(0, Math.floor(whole.length * share)));
      },
    };
  },
  random => {
    const ms = random() < 0.5 ? 0 : random() * 20;
    return {
      kind: 'answered twice',
      slow: false,
      outcome: DONE,
      async play(socket, meant) {
        socket.write(spell(meant));
        if (ms > 0) await delay(ms);
        socket.write(spell(meant));
      },
    };
  },
  () => ({
    kind: 'length too long',
    slow: false,
    outcome: UNTOLD,
    play: (socket, meant) => void socket.end(head(meant, Buffer.byteLength(meant.body) + 50) + meant.body),
  }),
  () => ({
    kind: 'length too short',
    slow: false,
    outcome: UNTOLD,
    play: (socket, meant) => void socket.write(head(meant, Buffer.byteLength(meant.body) - 9) + meant.body),
  }),
  random => {
    const bytes = Buffer.from(Array.from({ length: 300 }, () => Math.floor(random() * 256)));
    return {
      kind: 'garbage',
      slow: false,
      outcome: perhaps(random),
      play: socket => void socket.end(Buffer.concat([bytes, Buffer.from(`${CANARY}\r\n\r\n`)])),
    };
  },
  random => ({
    kind: 'garbage in headers',
    slow: false,
    outcome: perhaps(random),
    play: socket => void socket.end(`HTTP/1.1 202 OK\r\nbad header ${CANARY}\r\n: x\r\n\u0000\r\n\r\n{}`),
  }),
  random => {
    const ms = 2 + random() * 6;
    return {
      kind: 'slow drip',
      slow: false,
      outcome: DONE,
      async play(socket, meant) {
        for (const byte of spell(meant)) {
          if (socket.destroyed) return;
          socket.write(byte);
          await delay(ms);
        }
      },
    };
  },
];

const SLOW: Draw[] = [
  random => ({ kind: 'stall before headers', slow: true, outcome: perhaps(random), play: () => {} }),
  () => ({
    kind: 'stall in the body',
    slow: true,
    outcome: UNTOLD,
    play: (socket, meant) =>
      void socket.write(head(meant, Buffer.byteLength(meant.body)) + meant.body.slice(0, meant.body.length / 2)),
  }),
  () => ({
    kind: 'endless drip',
    slow: true,
    outcome: UNTOLD,
    async play(socket, meant) {
      socket.write(head(meant, 1_000_000));
      while (!socket.destroyed) {
        socket.write(' ');
        await delay(500);
      }
    },
  }),
];

/** An answer as it stands on the wire. */
export function spell(meant: Meant, withLength = true): string {
  return head(meant, withLength ? Buffer.byteLength(meant.body) : null) + meant.body;
}

function head({ status, headers }: Meant, length: number | null): string {
  const lines = Object.entries({ ...headers, ...(length === null ? {} : { 'content-length': String(length) }) });
  return `HTTP/1.1 ${status} Said\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** A text as JSON may also spell it: every character escaped. */
function spelled(text: string): string {
  return [...text].map(char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
