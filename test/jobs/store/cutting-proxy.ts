import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** The message that commits: its length and its text. */
const COMMIT = '\x0bCOMMIT\0';

/** A TCP proxy before a PostgreSQL, which can pass a COMMIT on and cut the connection before it is answered. */
export class CuttingProxy {
  /** All that clients have sent. */
  sent = '';
  /** Cuts the next connection that commits. */
  cutsCommit = false;
  readonly #server;
  readonly #sockets = new Set<Socket>();

  constructor(target: URL) {
    this.#server = createServer(client => {
      const server = connect(Number(target.port), target.hostname);
      for (const socket of [client, server]) {
        this.#sockets.add(socket.on('error', () => {}));
      }
      let isCut = false;
      client.on('data', data => {
        this.sent += data.toString('latin1');
        isCut ||= this.cutsCommit && data.includes(COMMIT);
        server.write(data);
      });
      server.on('data', data => {
        if (!isCut) client.write(data);
        else client.destroy();
      });
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
    });
  }

  /** Starts it; resolves to the address with its own port. */
  async start(target: URL): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return Object.assign(new URL(target), { port: String((this.#server.address() as AddressInfo).port) }).href;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
