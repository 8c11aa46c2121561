import { ownProperty } from '../../base/json.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { AGENT_CORE, eachFile, type Rule } from './rule.ts';

/**
 * File types that an asset’s renderer does not take, by the end of the file’s name. Only what is certain: a type that
 * is in no list is accepted.
 *
 * Sources: shotstack/shotstack-cli, skills/shotstack/shared/agent-core.md, "Asset types" (video: mp4, mov, webm; image:
 * jpg, png, webp, gif, bmp, tiff); shotstack/oas-api-definition, schemas/captionasset.yaml (srt, vtt), the rich caption’s
 * `src` (srt, vtt, ttml, dfxp or media; no HTML, PDF, images, archives), schemas/lumaasset.yaml, schemas/soundtrack.yaml;
 * skills/shotstack/references/timeline.md, "timeline.fonts[]" (ttf, otf, woff).
 */
const STILLS = ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'tif', 'tiff'];
const OTHER_STILLS = ['heic', 'heif', 'svg'];
const FILMS = ['mp4', 'mov', 'webm', 'mkv', 'avi', 'm4v'];
const SOUNDS = ['mp3', 'wav', 'm4a', 'aac', 'ogg', 'flac'];
const STREAMS = ['m3u8', 'mpd', 'ts'];
const SUBTITLES = ['srt', 'vtt', 'ttml', 'dfxp', 'ass', 'ssa', 'sub'];
const DOCUMENTS = ['pdf', 'html', 'htm', 'zip', 'doc', 'docx', 'ppt', 'pptx', 'psd', 'ai', 'eps'];
const NO_SOUNDS = [...STILLS, ...OTHER_STILLS, 'gif', ...STREAMS, ...DOCUMENTS];
const NO_PICTURES = [...OTHER_STILLS, ...FILMS, ...SOUNDS, ...STREAMS, ...SUBTITLES, ...DOCUMENTS];

/** What each use takes, in words, and what it does not take. */
const USES: Record<string, [taken: string, refused: readonly string[]]> = {
  image: ['jpg, png, webp, gif, bmp or tiff', NO_PICTURES],
  'image-to-video': ['jpg, png, webp, gif, bmp or tiff', NO_PICTURES],
  video: ['mp4, mov or webm', [...STILLS, ...OTHER_STILLS, ...SOUNDS, ...STREAMS, ...SUBTITLES, ...DOCUMENTS]],
  audio: ['mp3 or another sound file', [...NO_SOUNDS, ...SUBTITLES]],
  soundtrack: ['mp3', [...NO_SOUNDS, ...SUBTITLES]],
  luma: ['mp4, or a still picture', [...OTHER_STILLS, ...SOUNDS, ...STREAMS, ...SUBTITLES, ...DOCUMENTS]],
  caption: ['srt or vtt', [...NO_SOUNDS, ...FILMS, ...SOUNDS, 'ass', 'ssa', 'sub']],
  'rich-caption': [
    'srt, vtt, ttml or dfxp, or a sound or video file to be transcribed',
    [...NO_SOUNDS, 'ass', 'ssa', 'sub'],
  ],
  font: ['ttf, otf or woff', [...STILLS, ...OTHER_STILLS, 'css', ...DOCUMENTS]],
};

export const fileTypes: Rule = {
  name: 'file-types',
  finds: 'a file whose type the asset does not take',
  source: `${AGENT_CORE}, "Asset types"`,
  find: eachFile(({ path, src, use }) => {
    const extension = extensionOf(src);
    const [taken, refused] = ownProperty(USES, use) ?? [];
    if (extension === null || !refused?.includes(extension)) return null;
    const asset = assetFor(extension);
    const cure = asset === null || asset === use || use === 'font' ? '' : ` For this file the type is ${asset}.`;
    const message = `${/^[aeiou]/.test(use) ? 'An' : 'A'} ${use} takes ${taken}, not .${extension}.${cure}`;
    return { path, message, received: src.slice(-60) };
  }),
};

/** The end of the file’s name, in lower case; null where the URL names no file. */
function extensionOf(src: string): string | null {
  if (hasPlaceholder(src)) return null;
  const [path = ''] = src.split(/[?#]/);
  return /\/[^/]*\.([a-z0-9]{2,5})\s*$/i.exec(path)?.[1]?.toLowerCase() ?? null;
}

/** The asset that takes what another does not, by the end of the file’s name. */
function assetFor(extension: string): string | null {
  if (extension === 'svg') return 'svg, with the markup itself as src';
  if (FILMS.includes(extension)) return 'video';
  if (SOUNDS.includes(extension)) return 'audio';
  if (['srt', 'vtt', 'ttml', 'dfxp'].includes(extension)) return 'rich-caption';
  return [...STILLS, 'gif'].includes(extension) ? 'image' : null;
}
