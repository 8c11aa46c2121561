// A gateway on loopback that does as little as it can: it prints its origin.
// Jobs are COMPLETED, but for those whose id begins with `live`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const DONE = { status: 'COMPLETED', result: { outputs: ['https://cdn.example.com/result.mp4'] }, _call_cost_usd: 0.4 };
let jobs = 0;

const server = createServer((request, response) => {
  const answer = (): void => {
    const [status, body] = answerTo(request.url ?? '');
    const json = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
    response.end(json);
  };
  request.resume().on('end', answer);
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 2_000 }, () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);

function answerTo(url: string): [number, object] {
  if (url === '/v1/run') return [202, { request_id: `job-${++jobs}`, status: 'IN_QUEUE' }];
  const id = url.split('/').at(-1) ?? '';
  return [200, id.startsWith('live') ? { request_id: id, status: 'IN_PROGRESS' } : { request_id: id, ...DONE }];
}
