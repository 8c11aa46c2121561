import { ProxyRefused } from './dispatcher.ts';

/** Why the network fails for as long as nobody changes something. */
export type PermanentFault =
  | 'unknown_ca'
  | 'expired_certificate'
  | 'wrong_name'
  | 'plain_http'
  | 'proxy_refused'
  | 'proxy_needed';

/** Codes of OpenSSL and Node by which TLS fails for as long as nobody changes something. */
const TLS_FAULTS: Record<string, PermanentFault> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown_ca',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown_ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown_ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown_ca',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unknown_ca',
  CERT_UNTRUSTED: 'unknown_ca',
  INVALID_CA: 'unknown_ca',
  CERT_HAS_EXPIRED: 'expired_certificate',
  CERT_NOT_YET_VALID: 'expired_certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong_name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'plain_http',
  ERR_SSL_HTTP_REQUEST: 'plain_http',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'plain_http',
};

/** Whether a proxy may make the tunnel when it is asked again. */
const mayPass = (status: number | null): boolean => status === null || [408, 429].includes(status) || status >= 500;

/** The fault behind a request's error, if it is one that does not pass by itself. */
export function permanentFault(error: unknown): PermanentFault | undefined {
  if (error instanceof AggregateError) return error.errors.map(permanentFault).find(fault => fault !== undefined);
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ProxyRefused) return mayPass(error.status) ? undefined : 'proxy_refused';
  if ('proxyUnused' in error) return 'proxy_needed';
  const code = 'code' in error ? String(error.code) : '';
  return TLS_FAULTS[code] ?? permanentFault(error.cause);
}
