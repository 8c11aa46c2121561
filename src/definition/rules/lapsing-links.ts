import { shorten } from '../../base/text.ts';
import { AGENT_CORE, eachFile, type Rule } from './rule.ts';

export const lapsingLinks: Rule = {
  name: 'lapsing-links',
  finds: 'a signed link that will have lapsed when the template is rendered',
  source: `${AGENT_CORE}, "Public HTTPS URLs only": no signed URLs that expire mid-render`,
  find: eachFile(({ path, src }) => {
    const lapses = URL.canParse(src) ? lapseOf(new URL(src)) : null;
    if (lapses === null) return null;
    const when = lapses === true ? 'some time' : `on ${lapses.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const message = `This link is signed and lapses ${when}; a template is rendered later, and again. Give a link that lasts.`;
    return { path, message, received: shorten(src) };
  }),
};

/**
 * When a signed URL lapses: a date, true where it does not say when, null where it is not signed. The parameters are
 * those of S3 (v4 and v2), CloudFront, Google Cloud Storage, Azure Blob Storage and Supabase.
 */
function lapseOf(url: URL): Date | true | null {
  const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
  for (const cloud of ['x-amz', 'x-goog']) {
    if (!query.has(`${cloud}-signature`)) continue;
    const [, y, m, d, h, min, s] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get(`${cloud}-date`) ?? '') ?? [];
    const seconds = Number(query.get(`${cloud}-expires`));
    const signed = Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h), Number(min), Number(s));
    return dateAt(signed + seconds * 1000);
  }
  const signed = ['signature', 'key-pair-id', 'awsaccesskeyid', 'googleaccessid'].some(name => query.has(name));
  if (query.has('expires') && signed) return dateAt(Number(query.get('expires')) * 1000);
  if (query.has('sig') && query.has('se')) return dateAt(Date.parse(query.get('se') ?? ''));
  if (/\/storage\/v1\/object\/sign\//.test(url.pathname) && query.has('token'))
    return jwtLapse(query.get('token') ?? '');
  return null;
}

/** When a JSON Web Token lapses (RFC 7519, `exp`). */
function jwtLapse(token: string): Date | true {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const exp = typeof claims === 'object' && claims !== null ? Reflect.get(claims, 'exp') : undefined;
    return dateAt(Number(exp) * 1000);
  } catch {
    return true;
  }
}

function dateAt(milliseconds: number): Date | true {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? true : date;
}
