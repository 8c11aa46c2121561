/**
 * Addresses that are pages for people and no files, and what leads to the file instead.
 *
 * Sources: shotstack/shotstack-cli, skills/shotstack/references/ingest.md ("YouTube and similar video hosting platforms
 * are not supported"); references/fonts.md (a font is a .ttf URL, copied from the stylesheet); the hosts’ own addresses.
 */
export const PAGES: [host: RegExp, path: RegExp, instead: string][] = [
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
