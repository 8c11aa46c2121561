import { randomUUID } from 'node:crypto';

/** A longer string is left out of JSON's copying when it needs no escapes: a picture's base64. */
const LONG = 64 * 1024;
/** How much of a body is turned into bytes at a time, in characters. */
const STEP = 256 * 1024;

/** A JSON text in pieces, so that what is large in it stands in memory once. */
export type Body = readonly string[];

/** The JSON of a value, in pieces. */
export function jsonBody(value: object): Body {
  const long: string[] = [];
  const mark = randomUUID();
  const text = JSON.stringify(value, (_name, part) => {
    if (typeof part !== 'string' || part.length < LONG || !/^[A-Za-z0-9+/=]*$/.test(part)) return part;
    long.push(part);
    return mark;
  });
  return text.split(mark).flatMap((piece, i) => [piece, long[i] ?? '']);
}

/** The length of a body on the wire. */
export const byteLength = (body: Body): number => body.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);

/** The bytes of a body, made when they are asked for. */
export function* bytesOf(body: Body): Generator<Buffer> {
  for (const piece of body) {
    for (let from = 0; from < piece.length; ) {
      // Not between the two halves of one character.
      const to = from + STEP + (isFirstHalf(piece.charCodeAt(from + STEP - 1)) ? 1 : 0);
      yield Buffer.from(piece.slice(from, to));
      from = to;
    }
  }
}

const isFirstHalf = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
