/**
 * File types that an asset’s renderer does not take, by the end of the file’s name. Only what is certain: a type that
 * is in no list is accepted.
 *
 * Sources: shotstack/shotstack-cli, skills/shotstack/shared/agent-core.md, "Asset types" (video: mp4, mov, webm; image:
 * jpg, png, webp, gif, bmp, tiff); shotstack/oas-api-definition, schemas/captionasset.yaml (srt, vtt), the rich caption’s
 * `src` (srt, vtt, ttml, dfxp or media; no HTML, PDF, images, archives), schemas/lumaasset.yaml, schemas/soundtrack.yaml;
 * skills/shotstack/references/timeline.md, "timeline.fonts[]" (ttf, otf, woff).
 */
const PICTURES = ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'tif', 'tiff', 'heic', 'heif', 'svg'];
const FILMS = ['mp4', 'mov', 'webm', 'mkv', 'avi', 'm4v'];
const SOUNDS = ['mp3', 'wav', 'm4a', 'aac', 'ogg', 'flac'];
const STREAMS = ['m3u8', 'mpd', 'ts'];
const SUBTITLES = ['srt', 'vtt', 'ttml', 'dfxp', 'ass', 'ssa', 'sub'];
const DOCUMENTS = ['pdf', 'html', 'htm', 'zip', 'doc', 'docx', 'ppt', 'pptx', 'psd', 'ai', 'eps'];
const STYLES = ['css'];

/** What each use does not take. */
export const REFUSED: Record<string, readonly string[]> = {
  image: ['heic', 'heif', 'svg', ...FILMS, ...SOUNDS, ...STREAMS, ...SUBTITLES, ...DOCUMENTS],
  'image-to-video': ['heic', 'heif', 'svg', ...FILMS, ...SOUNDS, ...STREAMS, ...SUBTITLES, ...DOCUMENTS],
  video: [...PICTURES, ...SOUNDS, ...STREAMS, ...SUBTITLES, ...DOCUMENTS],
  audio: [...PICTURES, 'gif', ...STREAMS, ...SUBTITLES, ...DOCUMENTS],
  soundtrack: [...PICTURES, 'gif', ...STREAMS, ...SUBTITLES, ...DOCUMENTS],
  luma: ['heic', 'heif', 'svg', ...SOUNDS, ...STREAMS, ...SUBTITLES, ...DOCUMENTS],
  caption: [...PICTURES, ...FILMS, ...SOUNDS, ...STREAMS, 'gif', 'ass', 'ssa', 'sub', ...DOCUMENTS],
  'rich-caption': [...PICTURES, ...STREAMS, 'gif', 'ass', 'ssa', 'sub', ...DOCUMENTS],
  font: [...PICTURES, ...STYLES, ...DOCUMENTS],
};

/** What each use takes, in words. */
export const TAKEN: Record<string, string> = {
  image: 'jpg, png, webp, gif, bmp or tiff',
  'image-to-video': 'jpg, png, webp, gif, bmp or tiff',
  video: 'mp4, mov or webm',
  audio: 'mp3 or another sound file',
  soundtrack: 'mp3',
  luma: 'mp4, or a still picture',
  caption: 'srt or vtt',
  'rich-caption': 'srt, vtt, ttml or dfxp, or a sound or video file to be transcribed',
  font: 'ttf, otf or woff',
};

/** The asset that takes what another does not, by the end of the file’s name. */
export function assetFor(extension: string): string | null {
  if (extension === 'svg') return 'svg, with the markup itself as src';
  if (FILMS.includes(extension)) return 'video';
  if (SOUNDS.includes(extension)) return 'audio';
  if (['srt', 'vtt', 'ttml', 'dfxp'].includes(extension)) return 'rich-caption';
  return ['jpg', 'jpeg', 'png', 'webp', 'gif', 'bmp', 'tif', 'tiff'].includes(extension) ? 'image' : null;
}
