import { shorten } from '../../base/text.ts';
import { PAGES } from '../facts/pages.ts';
import { INGEST_GUIDE, type Rule } from './rule.ts';

export const pagesAsFiles: Rule = {
  name: 'pages-as-files',
  source: `${INGEST_GUIDE}, "Fetch a remote URL": video hosting platforms are not supported`,
  find({ files }) {
    return files.flatMap(({ path, src }) => {
      if (!URL.canParse(src)) return [];
      const url = new URL(src);
      if (['raw', 'dl'].some(name => /^(1|true)$/.test(url.searchParams.get(name) ?? ''))) return [];
      const page = PAGES.find(([host, where]) => host.test(url.hostname) && where.test(url.pathname));
      if (!page) return [];
      const direct = directLink(url);
      return [
        {
          path,
          message: `This address is a page, not a file. ${page[2]}`,
          received: shorten(src),
          ...(direct === null ? {} : { suggestion: direct }),
        },
      ];
    });
  },
};

/** The file’s own address, where it follows from the page’s. */
function directLink(url: URL): string | null {
  if (/(^|\.)dropbox\.com$/.test(url.hostname)) {
    const direct = new URL(url);
    direct.searchParams.delete('dl');
    direct.searchParams.set('raw', '1');
    return direct.href;
  }
  const [, repository, rest] = /^\/([^/]+\/[^/]+)\/blob\/(.+)$/.exec(url.pathname) ?? [];
  return url.hostname === 'github.com' && rest !== undefined
    ? `https://raw.githubusercontent.com/${repository}/${rest}`
    : null;
}
