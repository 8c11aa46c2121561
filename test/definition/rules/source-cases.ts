import { BELOW, type Cases, CLIP, clip, edit, file, merge, SRC, text, video } from './build.ts';

const S3 = 'https://b.s3.amazonaws.com/a.mp4';
const jwt = (exp: number): string => `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
const fonts = (...files: string[]) => ({ fonts: files.map(src => ({ src })) });
const lettered = (family: string, ...files: string[]) =>
  edit([[text('Hi', { font: { family } })]], {}, fonts(...files));
const FAMILY = `${CLIP}.asset.font.family`;

/** The rules about files: what is fetched, and what it has to be. */
export const SOURCE_CASES: Record<string, Cases> = {
  'unreachable-sources': {
    fires: [
      ['http', file('video', 'http://example.com/a.mp4'), SRC, /not https/],
      ['a local path', file('video', '/home/me/a.mp4'), SRC, /not a URL/],
      ['a private address', file('video', 'https://192.168.1.4/a.mp4'), SRC, /cannot fetch/],
      ['a data: URI', file('video', 'data:video/mp4;base64,AAAA'), SRC, /data: URI/],
      [
        'a font over http',
        edit([[video()]], {}, fonts('http://example.com/f.ttf')),
        'timeline.fonts[0].src',
        /not https/,
      ],
      [
        'a local soundtrack',
        edit([[video()]], {}, { soundtrack: { src: 'file:///a.mp3' } }),
        'timeline.soundtrack.src',
        /not https/,
      ],
      [
        'a blank at the end',
        file('video', 'https://a.com/b.mp4 '),
        SRC,
        /blank before or behind/,
        'https://a.com/b.mp4',
      ],
      ['a blank inside', file('video', 'https://a.com/b c.mp4'), SRC, /holds a space/],
    ],
    silent: [
      ['a placeholder', file('video', '{{ VIDEO }}')],
      ['a placeholder in a URL', file('video', 'http://{{ HOST }}/a.mp4')],
      ['an alias', file('rich-caption', 'alias://voice')],
      ['an svg’s markup', file('svg', '<svg viewBox="0 0 1 1"/>')],
      ['credentials in the URL', file('video', 'https://user:word@example.com/a.mp4')],
    ],
  },
  'pages-as-files': {
    fires: [
      ['a YouTube page', file('video', 'https://www.youtube.com/watch?v=abc'), SRC, /a page, not a file/],
      ['a Vimeo page', file('video', 'https://vimeo.com/123456'), SRC, /a page, not a file/],
      [
        'a Dropbox page',
        file('video', 'https://www.dropbox.com/s/abc/a.mp4?dl=0'),
        SRC,
        /raw=1/,
        'https://www.dropbox.com/s/abc/a.mp4?raw=1',
      ],
      ['a Drive page', file('video', 'https://drive.google.com/file/d/1abc/view'), SRC, /share link is a page/],
      [
        'a file’s page on GitHub',
        file('image', 'https://github.com/o/r/blob/main/a.png'),
        SRC,
        /raw\.githubusercontent/,
        'https://raw.githubusercontent.com/o/r/main/a.png',
      ],
      [
        'a stylesheet as a font',
        edit([[video()]], {}, fonts('https://fonts.googleapis.com/css2?family=Inter')),
        'timeline.fonts[0].src',
        /stylesheet/,
      ],
    ],
    silent: [
      ['Dropbox’s file', file('video', 'https://www.dropbox.com/s/abc/a.mp4?raw=1')],
      ['a thumbnail of YouTube', file('image', 'https://img.youtube.com/vi/abc/0.jpg')],
      ['a profile picture of Facebook', file('image', 'https://graph.facebook.com/me/picture')],
      ['Drive’s file', file('video', 'https://drive.google.com/uc?export=download&id=1abc')],
      ['Unsplash’s download', file('image', 'https://unsplash.com/photos/abc/download')],
      ['GitHub’s file', file('image', 'https://github.com/o/r/blob/main/a.png?raw=true')],
      ['a picture of Pexels', file('image', 'https://images.pexels.com/photos/1/a.jpeg')],
      ['a raw file of GitHub', file('image', 'https://raw.githubusercontent.com/o/r/main/a.png')],
      ['a font file', edit([[video()]], {}, fonts('https://fonts.gstatic.com/s/inter/v20/a.ttf'))],
    ],
  },
  'file-types': {
    fires: [
      ['mp4 in an image', file('image', 'https://a.com/b.mp4'), SRC, /not \.mp4\. For this file the type is video/],
      ['png in a video', file('video', 'https://a.com/b.png?v=2'), SRC, /not \.png\. For this file the type is image/],
      ['HEIC', file('image', 'https://a.com/b.HEIC'), SRC, /not \.heic/],
      ['svg as an image', file('image', 'https://a.com/logo.svg'), SRC, /type is svg, with the markup itself/],
      ['.ts', file('video', 'https://a.com/b.ts'), SRC, /not \.ts/],
      ['.m3u8', file('video', 'https://a.com/live/index.m3u8'), SRC, /not \.m3u8/],
      ['captions in .ass', file('rich-caption', 'https://a.com/b.ass'), SRC, /not \.ass/],
      ['a film as captions', file('caption', 'https://a.com/b.mp4'), SRC, /takes srt or vtt/],
      ['a zip as a font', edit([[video()]], {}, fonts('https://a.com/font.zip')), 'timeline.fonts[0].src', /not \.zip/],
    ],
    silent: [
      ['mp4 in a video', file('video', 'https://a.com/b.mp4')],
      ['webm in a video', file('video', 'https://a.com/b.webm')],
      ['gif as an image', file('image', 'https://a.com/b.gif')],
      ['no ending', file('image', 'https://a.com/b')],
      ['an ending that is not known', file('video', 'https://a.com/b.xyz')],
      ['a placeholder as the ending', file('video', 'https://a.com/b.{{ EXT }}')],
      ['a film to be transcribed', file('rich-caption', 'https://a.com/b.mp4')],
      ['a film’s sound', file('audio', 'https://a.com/b.mp4')],
    ],
  },
  'lapsing-links': {
    fires: [
      [
        'S3, version 4',
        file('video', `${S3}?X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-Signature=ab`),
        SRC,
        /lapses on 2026-01-01 01:00 UTC/,
      ],
      [
        'S3, version 2',
        file('video', `${S3}?AWSAccessKeyId=A&Expires=1700000000&Signature=b`),
        SRC,
        /lapses on 2023-11-14 22:13 UTC/,
      ],
      [
        'Google Cloud Storage',
        file(
          'video',
          'https://storage.googleapis.com/b/a.mp4?X-Goog-Date=20260101T000000Z&X-Goog-Expires=900&X-Goog-Signature=c',
        ),
        SRC,
        /lapses on 2026-01-01 00:15 UTC/,
      ],
      [
        'Azure',
        file('video', 'https://x.blob.core.windows.net/c/a.mp4?sv=2020&se=2026-01-01T00%3A00%3A00Z&sig=d'),
        SRC,
        /lapses on 2026-01-01 00:00 UTC/,
      ],
      [
        'Supabase',
        file('video', `https://x.supabase.co/storage/v1/object/sign/b/a.mp4?token=${jwt(1_700_000_000)}`),
        SRC,
        /lapses on 2023-11-14 22:13 UTC/,
      ],
      ['a signature without a date', file('video', `${S3}?X-Amz-Signature=ab`), SRC, /lapses some time/],
      [
        'a signed link as a default',
        edit([[video({}, { src: '{{ V }}' })]], merge({ V: `${S3}?X-Amz-Signature=ab` })),
        SRC,
        /lapses/,
      ],
    ],
    silent: [
      ['a plain S3 link', file('video', S3)],
      ['a version in the query', file('video', `${S3}?Expires=never&v=3`)],
      ['Supabase’s public link', file('video', 'https://x.supabase.co/storage/v1/object/public/b/a.mp4')],
    ],
  },
  'unknown-fonts': {
    fires: [
      ['a system font', lettered('Arial'), FAMILY, /font of operating systems/],
      [
        'a system font beside a loaded one',
        lettered('Helvetica Neue', 'https://a.com/Poppins.ttf'),
        FAMILY,
        /operating systems, which the renderer lacks, and no file in timeline\.fonts has its name/,
      ],
      ['a font that is not there', lettered('Movie Letters'), FAMILY, /not a font of the renderer/],
      [
        'a missing font beside a loaded one',
        lettered('Poppins', 'https://fonts.gstatic.com/s/inter/v20/UcCo3FwrK3iLTfvlaQc78lA2.ttf'),
        FAMILY,
        /no file in timeline\.fonts has its name/,
      ],
    ],
    silent: [
      ['a built-in font', lettered('Open Sans')],
      ['a built-in font in one word', lettered('opensans')],
      ['a built-in font with a weight', lettered('Montserrat ExtraBold')],
      ['a placeholder', lettered('{{ FONT }}')],
      [
        'the name of the file',
        lettered('UcCo3FwrK3iLTfvlaQc78lA2', 'https://fonts.gstatic.com/s/inter/v20/UcCo3FwrK3iLTfvlaQc78lA2.ttf'),
      ],
      [
        'the name in Google’s path',
        lettered('Inter', 'https://fonts.gstatic.com/s/inter/v20/UcCo3FwrK3iLTfvlaQc78lA2.ttf'),
      ],
      ['a weight in the file’s name', lettered('Manrope', 'https://a.com/manrope-extrabold.ttf')],
      ['a file whose name says nothing', lettered('Brand Sans', 'https://a.com/0b7c1d2e-source.ttf')],
      ['a font that is a placeholder', lettered('Brand Sans', '{{ FONT_FILE }}')],
    ],
  },
  aliases: {
    fires: [
      ['nothing has the alias', file('rich-caption', 'alias://voice'), SRC, /No clip has this alias/],
      ['its own alias', edit([[video({ alias: 'a', start: 'alias://a' })]]), `${CLIP}.start`, /own alias/],
      [
        'the same alias twice',
        edit([[video({ alias: 'a' })], [video({ alias: 'a' })]]),
        `${BELOW}.alias`,
        /tracks\[0\]\.clips\[0\] has this alias as well/,
      ],
    ],
    silent: [
      ['an alias that is there', edit([[clip({ type: 'rich-caption', src: 'alias://v' })], [video({ alias: 'v' })]])],
      ['a placeholder', edit([[video({ start: 'alias://{{ A }}' })]])],
      ['aliases from placeholders', edit([[video({ start: 'alias://a', alias: '{{ A }}' })]])],
    ],
  },
};
