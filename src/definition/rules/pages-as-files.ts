import { shorten } from '../../base/text.ts';
import { eachFile, INGEST_GUIDE, type Rule } from './rule.ts';

/**
 * Addresses that are pages for people and no files, and what leads to the file instead.
 *
 * Sources: shotstack/shotstack-cli, skills/shotstack/references/ingest.md ("YouTube and similar video hosting platforms
 * are not supported"); references/fonts.md (a font is a .ttf URL, copied from the stylesheet); the hosts’ own addresses.
 */
const PAGES: [host: RegExp, path: RegExp, instead: string][] = [
  [/^(www\.|m\.|music\.)?(youtube\.com|youtu\.be|youtube-nocookie\.com)$/, /^\/./, 'Host the video file itself.'],
  [/^(www\.)?vimeo\.com$/, /^\/(channels\/|album\/)?[\w/]*\d/, 'Host the video file itself.'],
  [/^(www\.|m\.)?(tiktok\.com|instagram\.com|facebook\.com|fb\.watch)$/, /^\/./, 'Host the file itself.'],
  [/^(www\.)?(twitter\.com|x\.com)$/, /\/status\//, 'Host the file itself.'],
  [/^(www\.)?dropbox\.com$/, /^\/(s|scl|sh)\//, 'Put raw=1 in place of dl=0.'],
  [/^drive\.google\.com$/, /^\/(file\/d\/|open|drive\/)/, 'Host the file itself; a share link is a page.'],
  [
    /^docs\.google\.com$/,
    /^\/(document|spreadsheets|presentation|forms|file)\//,
    'Host the file itself; a share link is a page.',
  ],
  [/^(1drv\.ms|onedrive\.live\.com)$/, /^\/(?!download)./, 'Host the file itself; a share link is a page.'],
  [/^github\.com$/, /^\/[^/]+\/[^/]+\/blob\//, 'Take the raw file: raw.githubusercontent.com.'],
  [
    /^(www\.)?pexels\.com$/,
    /^\/(photo|video)\//,
    'Take the address of the file, at images.pexels.com or videos.pexels.com.',
  ],
  [/^(www\.)?unsplash\.com$/, /^\/photos\/(?!.*\/download$)/, 'Take the address of the file, at images.unsplash.com.'],
  [/^(www\.)?pixabay\.com$/, /^\/(photos|videos|music)\//, 'Take the address of the file, at cdn.pixabay.com.'],
  [/^fonts\.googleapis\.com$/, /^\/css/, 'This is a stylesheet; use the .ttf address inside it.'],
  [/^fonts\.google\.com$/, /^\/./, 'This is a page; use the .ttf address from its stylesheet.'],
];

export const pagesAsFiles: Rule = {
  name: 'pages-as-files',
  finds: 'an address of a page, such as a video host’s, in place of a file',
  source: `${INGEST_GUIDE}, "Fetch a remote URL": video hosting platforms are not supported`,
  find: eachFile(({ path, src }) => {
    if (!URL.canParse(src)) return null;
    const url = new URL(src);
    if (['raw', 'dl'].some(name => /^(1|true)$/.test(url.searchParams.get(name) ?? ''))) return null;
    const page = PAGES.find(([host, where]) => host.test(url.hostname) && where.test(url.pathname));
    if (!page) return null;
    const message = `This address is a page, not a file. ${page[2]}`;
    return { path, message, received: shorten(src), suggestion: directLink(url) };
  }),
};

/** The file’s own address, where it follows from the page’s. */
function directLink(url: URL): string | undefined {
  if (/(^|\.)dropbox\.com$/.test(url.hostname)) {
    const direct = new URL(url);
    direct.searchParams.delete('dl');
    direct.searchParams.set('raw', '1');
    return direct.href;
  }
  const [, repository, rest] = /^\/([^/]+\/[^/]+)\/blob\/(.+)$/.exec(url.pathname) ?? [];
  return url.hostname === 'github.com' && rest !== undefined
    ? `https://raw.githubusercontent.com/${repository}/${rest}`
    : undefined;
}
