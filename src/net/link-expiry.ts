/**
 * When a signed link lapses, milliseconds since the epoch; undefined where it does not say.
 *
 * Reads the parameters of AWS (`X-Amz-Date` + `X-Amz-Expires`) and of those who copied them (Google, Alibaba, TOS),
 * the older `Expires` (a time since the epoch: AWS V2, CloudFront, GCS V2), CloudFront's `Policy`, Azure's `se`
 * (ISO 8601), and `exp` of a JWT in `token` (Supabase).
 */
export function linkExpiry(url: string): number | undefined {
  if (!URL.canParse(url)) return undefined;
  const parameters = new Map([...new URL(url).searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const ends = [
    signedFor(parameters),
    sinceEpoch(parameters.get('expires')),
    sinceEpoch(/"AWS:EpochTime":(\d+)/.exec(decoded(parameters.get('policy')))?.[1]),
    isoDate(parameters.get('se')),
    tokenExpiry(parameters.get('token')),
  ];
  return ends.find(end => end !== undefined);
}

function signedFor(parameters: Map<string, string>): number | undefined {
  const [, vendor] =
    [...parameters.keys()].map(name => /^x-(\w+)-expires$/.exec(name)).find(match => match !== null) ?? [];
  const date = parameters.get(`x-${vendor}-date`) ?? '';
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const seconds = parameters.get(`x-${vendor}-expires`) ?? '';
  if (parts.length === 0 || !/^\d{1,9}$/.test(seconds)) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) + Number(seconds) * 1000;
}

/** Seconds, or milliseconds. */
function sinceEpoch(text = ''): number | undefined {
  if (!/^\d{9,13}$/.test(text)) return undefined;
  return text.length < 12 ? Number(text) * 1000 : Number(text);
}

/** Date.parse takes much more, such as a mere number. */
function isoDate(text = ''): number | undefined {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** CloudFront writes - _ ~ for + = / in its base64. */
const decoded = (text = ''): string =>
  Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64').toString('latin1');

function tokenExpiry(token: string | undefined): number | undefined {
  const [, payload] = token?.split('.') ?? [];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' ? sinceEpoch(String(Math.floor(exp))) : undefined;
  } catch {
    return undefined;
  }
}
