import type { JsonObject } from '../../src/base/json.ts';

/** A definition that is right, with something of each kind that the tests change. */
export function goodDefinition() {
  return {
    timeline: {
      background: '#000000',
      tracks: [
        {
          clips: [
            {
              asset: {
                type: 'rich-text',
                text: 'Hello, {{ NAME }}',
                font: { family: 'Roboto', size: 40, color: '#ffffff' },
                align: { horizontal: 'center', vertical: 'middle' },
              },
              start: 0,
              length: 3,
              width: 600,
              height: 200,
              position: 'center',
              transition: { in: 'fade', out: 'fade' },
              opacity: [{ from: 0, to: 1, start: 0, length: 1 }],
            },
          ],
        },
        {
          clips: [
            {
              asset: { type: 'video', src: 'https://example.com/a.mp4', trim: 1, volume: 0.5 },
              start: 0,
              length: 5,
              fit: 'crop',
              effect: 'zoomIn',
              filter: 'greyscale',
              offset: { x: 0.1, y: 0 },
            },
            { asset: { type: 'image', src: 'https://example.com/b.png' }, start: 5, length: 2.5, scale: 0.5 },
          ],
        },
        {
          clips: [
            {
              asset: { type: 'audio', src: 'https://example.com/c.mp3', effect: 'fadeOut' },
              start: 0,
              length: 'end',
              alias: 'music',
            },
          ],
        },
      ],
    },
    output: { format: 'mp4', size: { width: 1280, height: 720 }, fps: 25, mute: false, quality: 'high' },
    merge: [{ find: 'NAME', replace: 'world' }],
  };
}

/** A copy of the good definition with one value at a path set, or taken away when it is undefined. */
export function changed(path: string, value: unknown): JsonObject {
  const definition: JsonObject = goodDefinition();
  const keys = path.match(/[^.[\]]+/g) ?? [];
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, definition);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return definition;
}
