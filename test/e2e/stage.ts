import { definition } from '../support/definition.ts';
import { makeFolder } from '../support/folder.ts';
import { accept, type Handler, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** Two different updates of one template. */
export const A = { prompt: 'A', template_id: 't-1', template: definition('Á') };
export const B = { prompt: 'B', template_id: 't-1', template: definition('B') };

/** Ends a connection without an answer. */
export const drop: Handler = (_request, response) => void response.socket?.destroy();

/** A gateway that accepts every submit, and servers that share a data folder. */
export class Stage {
  readonly folder: string;
  readonly gateway: RecordingGateway;
  /** What the gateway says of every job. */
  status = 'IN_QUEUE';
  readonly #removeFolder: () => void;
  readonly #servers = new Set<StdioServer>();

  private constructor(gateway: RecordingGateway) {
    const { folder, remove } = makeFolder();
    this.folder = folder;
    this.gateway = gateway;
    this.#removeFolder = remove;
  }

  static async set(): Promise<Stage> {
    let made = 0;
    const stage: Stage = new Stage(
      await RecordingGateway.start((request, response) => {
        if (request.url === '/v1/run') return accept(response, `job-${++made}`);
        json(response, 200, { status: stage.status, result: { outputs: ['https://cdn.example.com/a.mp4'] } });
      }),
    );
    return stage;
  }

  /** Submits that have reached the gateway. */
  get submits(): number {
    return this.gateway.requests.filter(({ url }) => url === '/v1/run').length;
  }

  async start(env: Record<string, string> = {}): Promise<StdioServer> {
    const server = await StdioServer.start({
      gateway: this.gateway.url,
      env: { SHOTSTACK_MCP_DATA_DIR: this.folder, ...env },
    });
    this.#servers.add(server);
    return server;
  }

  /** Ends a server as its host does. */
  async end(server: StdioServer): Promise<void> {
    this.#servers.delete(server);
    await server.stop();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers].map(server => server.stop()));
    await this.gateway.close();
    this.#removeFolder();
  }
}
