import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** An HTTP proxy on loopback that makes tunnels, knows names that DNS does not, and keeps what it was asked. */
export class ConnectProxy {
  /** The hosts and ports that tunnels were asked for. */
  readonly tunnels: string[] = [];
  /** Requests that came without a tunnel. */
  readonly plain: string[] = [];
  /** The `proxy-authorization` of the last tunnel. */
  authorization: string | undefined;
  /** Its answer to CONNECT; null for none at all, `closed` for an end of the connection. */
  status: number | 'closed' | null = 200;
  /** Every name leads to this port of loopback. */
  target = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((request, response) => {
      this.plain.push(request.url ?? '');
      response.writeHead(200).end('from the proxy');
    });
    this.#server.on('connect', (request, socket) => {
      this.tunnels.push(request.url ?? '');
      this.authorization = request.headers['proxy-authorization'];
      socket.on('error', () => {});
      if (this.status === null) return;
      if (this.status === 'closed') return void socket.destroy();
      if (this.status !== 200) return void socket.end(`HTTP/1.1 ${this.status} No\r\ncontent-length: 0\r\n\r\n`);
      const onward = connect(this.target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      this.#sockets.add(onward);
    });
    this.#server.on('connection', socket => this.#sockets.add(socket));
  }

  static async start(): Promise<ConnectProxy> {
    const proxy = new ConnectProxy();
    await new Promise<void>(resolve => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
