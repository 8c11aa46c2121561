import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { NO_PROXIES, type Proxies, proxyAuthorization, proxyFor } from './proxy.ts';

export interface DispatcherOptions {
  /** The most connections at one time. */
  connections: number;
  /** Until a connection is there: through a proxy the tunnel, and then TLS. */
  connectMs: number;
  /** For each of several addresses of a name. */
  addressMs: number;
  /** Until the answer's headers; 0 for no limit. */
  headersMs: number;
  /** Between two pieces of the answer's body; 0 for no limit. */
  bodyMs: number;
  maxHeaderBytes: number;
  /** The most bytes of a body as it comes over the wire. */
  maxResponseBytes: number;
  /** None when left out. */
  proxies?: Proxies;
  /** Looks names up for direct connections; the system's when left out. */
  lookup?: LookupFunction;
}

/** The proxy did not make a tunnel: the request never left. */
export class ProxyRefused extends Error {
  readonly code: string;
  /** Its answer to CONNECT; null when the connection ended without one. */
  readonly status: number | null;

  constructor(status: number | null) {
    super(`The proxy answered ${status ?? 'nothing'}.`);
    this.code = `ERR_PROXY_${status ?? 'CLOSED'}`;
    this.status = status;
  }
}

/**
 * HTTP connections to one origin, directly or through the proxy that is set for it. Through a proxy all goes into a
 * tunnel (CONNECT), so that the proxy sees the host's name and nothing else. A body is read only once a connection is
 * there: of a body that is sent as a stream, nothing was read if the request never left.
 */
export function createDispatcher(origin: string, options: DispatcherOptions): Dispatcher {
  const { connections, connectMs, addressMs, headersMs, bodyMs, maxHeaderBytes, maxResponseBytes } = options;
  const { proxies = NO_PROXIES, lookup } = options;
  const common = {
    connections,
    headersTimeout: headersMs,
    bodyTimeout: bodyMs,
    maxHeaderSize: maxHeaderBytes,
    maxResponseSize: maxResponseBytes,
  };
  const timeouts = { timeout: connectMs, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: addressMs };
  const proxy = proxyFor(origin, proxies);
  if (proxy === null) {
    const names = proxies.https !== null || proxies.other ? markUnresolved(lookup ?? systemLookup) : lookup;
    return new Pool(origin, { ...common, connect: { ...timeouts, ...(names ? { lookup: names } : {}) } });
  }
  const token = proxyAuthorization(proxy);
  const agent = new ProxyAgent({
    ...common,
    uri: proxy,
    ...(token === undefined ? {} : { token }),
    proxyTls: timeouts,
    requestTls: { timeout: connectMs },
    clientFactory: (url, more) => new TunnelPool(url, { ...more, headersTimeout: connectMs }),
  });
  // Like a pool, it knows its origin.
  return agent.compose(dispatch => (request, handler) => dispatch({ origin, ...request }, handler));
}

/** Connections to a proxy. */
class TunnelPool extends Pool {
  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    const answer = await super.connect(options).catch((error: NodeJS.ErrnoException) => {
      // With this code undici would connect again at once, and so for ever.
      throw error.code === 'UND_ERR_SOCKET' ? new ProxyRefused(null) : error;
    });
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => {}).destroy();
    throw new ProxyRefused(answer.statusCode);
  }
}

/** Marks the error of a name that has no address: a proxy that is set, yet not used here, may know it. */
function markUnresolved(lookup: LookupFunction): LookupFunction {
  return (host, options, callback) =>
    lookup(host, options, (error, address: string | LookupAddress[], family) =>
      callback(error && Object.assign(error, { proxyUnused: true }), address, family),
    );
}
