/**
 * When a signed link lapses, milliseconds since the epoch; undefined where it does not say.
 *
 * Read are the parameters of AWS (`X-Amz-Date` + `X-Amz-Expires`), Google (`X-Goog-…`), the older `Expires` (seconds
 * since the epoch: AWS V2, CloudFront, GCS V2), Azure's `se` (ISO 8601), and `exp` of a JWT in `token` (Supabase).
 */
export function linkExpiry(url: string): number | undefined {
  if (!URL.canParse(url)) return undefined;
  const parameters = new Map([...new URL(url).searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  const ends = [
    signedFor(parameters, 'x-amz'),
    signedFor(parameters, 'x-goog'),
    epochSeconds(parameters.get('expires')),
    isoDate(parameters.get('se')),
    tokenExpiry(parameters.get('token')),
  ];
  return ends.find(end => end !== undefined);
}

function signedFor(parameters: Map<string, string>, prefix: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(parameters.get(`${prefix}-date`) ?? '') ?? [];
  const seconds = parameters.get(`${prefix}-expires`) ?? '';
  if (parts.length === 0 || !/^\d{1,9}$/.test(seconds)) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) + Number(seconds) * 1000;
}

function epochSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{9,11}$/.test(text) ? Number(text) * 1000 : undefined;
}

function isoDate(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function tokenExpiry(token: string | undefined): number | undefined {
  const [, payload] = token?.split('.') ?? [];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
