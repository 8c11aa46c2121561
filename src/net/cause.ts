/** Why a request failed: the error's code (`ECONNRESET`, `UND_ERR_SOCKET` …), `TIMEOUT`, or `UNKNOWN`. */
export function causeOf(error: unknown): string {
  // A host with several addresses fails with one error for all of them.
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  if (first instanceof Error && (first.name === 'TimeoutError' || first.name === 'AbortError')) return 'TIMEOUT';
  const code = (first as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'UNKNOWN';
}
