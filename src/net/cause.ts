/** Where undici's own words or codes say little of an answer that it could not read, ours. */
const UNREADABLE: Record<string, string> = {
  'bad response': 'an unasked 100 Continue before the answer',
  'bad upgrade': 'an unasked change of protocol (101)',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'an answer whose headers contradict each other, or its body, on its length',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'an answer that is too long',
  UND_ERR_HEADERS_OVERFLOW: 'an answer whose headers are too long',
};

/**
 * Why a request failed: the error's code (`ECONNRESET`, `UND_ERR_SOCKET` …), a few words where the answer cannot be read
 * as HTTP, `TIMEOUT`, or `UNKNOWN`. Nothing in it comes from the other side.
 */
export function causeOf(error: unknown): string {
  // A host with several addresses fails with one error for all of them.
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  if (!(first instanceof Error)) return 'UNKNOWN';
  if (first.name === 'TimeoutError' || first.name === 'AbortError') return 'TIMEOUT';
  if (first.name === 'HTTPParserError') return invalidHttp(first.message);
  const { code } = first as NodeJS.ErrnoException;
  if (typeof code !== 'string' || !/^[A-Z0-9_]{1,60}$/.test(code)) return 'UNKNOWN';
  return UNREADABLE[code === 'UND_ERR_SOCKET' ? first.message : code] ?? code;
}

/** The parser's own reason is a fixed text, such as "Invalid header value char". */
function invalidHttp(message: string): string {
  const [, reason] = /protocol \(([\w ,.'/-]{1,80})\)$/.exec(message) ?? [];
  return `an answer that is not valid HTTP${reason ? ` (${reason})` : ''}`;
}
