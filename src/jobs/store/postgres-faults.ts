import { SurroundingsFailure } from '../../base/failure.ts';
import { type StoreReason, unavailable } from './unavailable.ts';

/** SQLSTATE codes, or their classes of two characters (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const REASONS: Readonly<Record<string, StoreReason>> = {
  '08': 'unreachable',
  // A pooler's own errors.
  '08P01': 'refused',
  '22': 'row_refused',
  '23': 'row_refused',
  // Idle in a transaction for too long.
  '25P03': 'unreachable',
  '25006': 'read_only',
  '28': 'role_refused',
  '3D000': 'no_database',
  '3F000': 'lost',
  '40': 'held',
  '42501': 'no_rights',
  '42P01': 'lost',
  '53100': 'full',
  '53300': 'too_many_clients',
  '54': 'row_refused',
  '55P03': 'held',
  '57': 'unreachable',
  '57014': 'held',
  XX001: 'corrupt',
  XX002: 'corrupt',
};

/** Node's own codes of five characters begin with E. */
const SQLSTATE = /^(?!E)[0-9A-Z]{5}$/;

/** Node's codes for a certificate that is refused (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE =
  /CERT|^ERR_TLS|^ERR_SSL|UNABLE_TO_(VERIFY|GET)|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/;

/**
 * What is wrong with the shared database. Only codes are passed on: an error's words may hold the address with its
 * password.
 */
export function postgresFailure(error: unknown, place: string | undefined): SurroundingsFailure {
  if (error instanceof SurroundingsFailure) return error;
  const code = codeOf(error);
  return unavailable(reasonOf(error, code), place, code);
}

function reasonOf(error: unknown, code: string | undefined): StoreReason {
  const message = error instanceof Error ? error.message : '';
  if (/does not support SSL/.test(message)) return 'no_tls';
  // Without a password in the address the client itself gives up.
  if (/^SASL/.test(message)) return 'role_refused';
  if (code === undefined) return 'unreachable';
  if (CERTIFICATE.test(code)) return 'certificate';
  return REASONS[code] ?? REASONS[code.slice(0, 2)] ?? (SQLSTATE.test(code) ? 'refused' : 'unreachable');
}

/** The SQLSTATE, or the system's code. */
export function codeOf(error: unknown): string | undefined {
  // A name with several addresses is tried at each of them.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && 'code' in first ? first.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Whether the same transaction may succeed when it is run again at once. */
export const isConflict = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error) ?? '');

/** Whether the server answered that it has undone the transaction; a server that is shut down may have committed it. */
export function isRolledBack(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && /^(22|23|25|40|42|53|54)/.test(code);
}
