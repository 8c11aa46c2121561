import { shorten } from '../../base/text.ts';
import { linkExpiry } from '../../net/link-expiry.ts';
import { AGENT_CORE, eachFile, type Rule } from './rule.ts';

export const lapsingLinks: Rule = {
  name: 'lapsing-links',
  finds: 'a signed link that will have lapsed when the template is rendered',
  source: `${AGENT_CORE}, "Public HTTPS URLs only": no signed URLs that expire mid-render`,
  find: eachFile(({ path, src }) => {
    if (!URL.canParse(src) || !isSigned(new URL(src))) return null;
    const end = linkExpiry(src);
    const when =
      end === undefined ? 'some time' : `on ${new Date(end).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const message = `This link is signed and lapses ${when}; a template is rendered later, and again. Give a link that lasts.`;
    return { path, message, received: shorten(src) };
  }),
};

/** Whether a URL is signed for a time, as S3 (v4 and v2), CloudFront, Google Cloud Storage, Azure Blob Storage and Supabase do. */
function isSigned({ searchParams, pathname }: URL): boolean {
  const names = [...searchParams.keys()].map(name => name.toLowerCase());
  const has = (...all: string[]): boolean => all.every(name => names.includes(name));
  const signature = ['signature', 'key-pair-id', 'awsaccesskeyid', 'googleaccessid'].some(name => has(name));
  return (
    names.some(name => /^x-(amz|goog)-signature$/.test(name)) ||
    (signature && (has('expires') || has('policy'))) ||
    has('sig', 'se') ||
    (/\/storage\/v1\/object\/sign\//.test(pathname) && has('token'))
  );
}
