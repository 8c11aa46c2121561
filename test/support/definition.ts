/** A small definition that the check takes without a warning; another text makes it another one. */
export const definition = (text = 'Hello') => ({
  timeline: { tracks: [{ clips: [{ asset: { type: 'rich-text', text }, start: 0, length: 1 }] }] },
  output: { format: 'mp4', size: { width: 1280, height: 720 } },
});
