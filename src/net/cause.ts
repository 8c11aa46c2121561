/** Why undici gives up an answer without an error code of its own, in words. */
const UNASKED: Record<string, string> = {
  'bad response': 'an unasked 100 Continue before the answer',
  'bad upgrade': 'an unasked change of protocol (101)',
};

/**
 * Why a request failed: the error's code (`ECONNRESET`, `UND_ERR_SOCKET` …), a few words where an answer is not valid
 * HTTP, `TIMEOUT`, or `UNKNOWN`. Nothing in it comes from the other side.
 */
export function causeOf(error: unknown): string {
  // A host with several addresses fails with one error for all of them.
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  if (!(first instanceof Error)) return 'UNKNOWN';
  if (first.name === 'TimeoutError' || first.name === 'AbortError') return 'TIMEOUT';
  const { code } = first as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !/^[A-Z0-9_]{1,60}$/.test(code)) return 'UNKNOWN';
  if (code.startsWith('HPE_')) return invalidHttp(first.message, code);
  return (code === 'UND_ERR_SOCKET' && UNASKED[first.message]) || code;
}

/** The parser's own reason is a fixed text, such as "Content-Length can't be present with Transfer-Encoding". */
function invalidHttp(message: string, code: string): string {
  const [, reason] = /protocol \(([\w ,.'/-]{1,80})\)$/.exec(message) ?? [];
  return `an answer that is not valid HTTP: ${reason ?? code}`;
}
