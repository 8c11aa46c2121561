import type { JsonObject } from '../src/base/json.ts';

/** A valid definition with so many text clips, one after the other, and a merge field in each. */
export function definitionOf(clips: number): JsonObject {
  const clip = (i: number): object => ({
    asset: {
      type: 'rich-text',
      text: `Line ${i} for {{ NAME }}`,
      font: { family: 'Roboto', size: 40, color: '#ffffff' },
      align: { horizontal: 'center', vertical: 'middle' },
    },
    start: i * 2,
    length: 2,
    width: 600,
    height: 200,
    transition: { in: 'fade', out: 'fade' },
  });
  return {
    timeline: { tracks: [{ clips: Array.from({ length: clips }, (_, i) => clip(i)) }] },
    output: { format: 'mp4', resolution: 'hd' },
    merge: [{ find: 'NAME', replace: 'world' }],
  };
}
