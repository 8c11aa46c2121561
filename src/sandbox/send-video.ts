import type { IncomingMessage, ServerResponse } from 'node:http';
import { SAMPLE_VIDEO } from './sample-video.ts';

const ETAG = '"sample-video-1"';

/** Answers with the sample video, or with the end of it that `Range: bytes=N-` asks for (RFC 9110, 14). */
export function sendVideo(request: IncomingMessage, response: ServerResponse): void {
  const size = SAMPLE_VIDEO.length;
  const headers = { 'content-type': 'video/mp4', etag: ETAG, 'accept-ranges': 'bytes' };
  const first = firstByte(request);
  if (first === null) {
    response.writeHead(200, { ...headers, 'content-length': size }).end(SAMPLE_VIDEO);
  } else if (first >= size) {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
  } else {
    const part = { 'content-length': size - first, 'content-range': `bytes ${first}-${size - 1}/${size}` };
    response.writeHead(206, { ...headers, ...part }).end(SAMPLE_VIDEO.subarray(first));
  }
}

/** The byte to begin with; null for the whole, which is also the answer to ranges of any other form. */
function firstByte({ headers }: IncomingMessage): number | null {
  const [, first] = /^bytes=(\d{1,15})-$/.exec(headers.range ?? '') ?? [];
  const condition = headers['if-range'] ?? ETAG;
  return first === undefined || condition !== ETAG ? null : Number(first);
}
