/** What a job may make, by the ending under which it is saved. No ending is here that a system would run. */
const TYPES: Record<string, string> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  gif: 'image/gif',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  json: 'application/json',
  zip: 'application/zip',
  bin: 'application/octet-stream',
};

/** Every ending under which a result may have been saved. */
export const EXTENSIONS: readonly string[] = Object.keys(TYPES);

/** The content type of what is saved under an ending. */
export const contentTypeOf = (ending: string): string => TYPES[ending] ?? 'application/octet-stream';

/**
 * The ending for a result: after its content type, or after its link where the type says nothing.
 *
 * @param contentType the header, with parameters or not
 * @param pathname the link's path
 */
export function extensionFor(contentType: string | null, pathname: string): string {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  const byType = EXTENSIONS.find(ending => ending !== 'bin' && TYPES[ending] === type);
  const inLink = /\.([a-z0-9]{2,4})$/i.exec(pathname)?.[1]?.toLowerCase().replace('jpeg', 'jpg') ?? '';
  return byType ?? (Object.hasOwn(TYPES, inLink) ? inLink : 'bin');
}
