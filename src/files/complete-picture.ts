/** Whether a picture's end is there: a picture that was cut off is paid for and shows half of itself. */
export function isCompletePicture(bytes: Buffer, mime: string): boolean {
  switch (mime) {
    case 'image/jpeg':
      return jpegEnds(bytes);
    case 'image/gif':
      return gifEnds(bytes);
    case 'image/webp':
      // The size in the header leaves out itself and the four bytes before it (RIFF).
      return bytes.length >= 12 && bytes.readUInt32LE(4) + 8 <= bytes.length;
    default:
      return pngEnds(bytes);
  }
}

/** Chunks of length, type, data and checksum, up to IEND. */
function pngEnds(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; at += bytes.readUInt32BE(at) + 12) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return true;
  }
  return false;
}

const [START_OF_SCAN, END_OF_IMAGE] = [0xda, 0xd9];

/** Segments of marker and length up to the first scan; in a scan, ff is followed by 00 or a restart, so ff d9 is the end. */
function jpegEnds(bytes: Buffer): boolean {
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === END_OF_IMAGE) return marker === END_OF_IMAGE;
    if (marker === START_OF_SCAN) return bytes.indexOf(Buffer.from([0xff, END_OF_IMAGE]), at) !== -1;
    // Markers may be padded with ff.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return bytes.length >= 4 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
}

const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b];

/** Blocks, each followed by sub-blocks of a length and data up to an empty one, up to the trailer. */
function gifEnds(bytes: Buffer): boolean {
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + colours(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === TRAILER) return true;
    if (block === EXTENSION) at += 2;
    else if (block === IMAGE) at += 11 + colours(bytes[at + 9] ?? 0);
    else return false;
    for (let size = bytes[at] ?? 0; size > 0; size = bytes[at] ?? 0) at += size + 1;
    at += 1;
  }
  return false;
}
