import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server on loopback that sends whatever bytes a test wants. */
export interface RawServer {
  /** As an origin of http. */
  url: string;
  /** Connections so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Starts one; `onConnection` gets each connection, whose errors are of no interest. */
export async function startRawServer(onConnection: (socket: Socket, nth: number) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    connections++;
    onConnection(socket, connections);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** Calls `onRequest` with a request's head and body as soon as both are whole. */
export function onRequest(socket: Socket, onWhole: (request: string) => void): void {
  let text = '';
  socket.on('data', data => {
    text += data.toString('latin1');
    const [head = '', body] = text.split('\r\n\r\n', 2);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (body === undefined || body.length < length) return;
    const request = text;
    text = '';
    onWhole(request);
  });
}
