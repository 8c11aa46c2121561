import { describe, expect, it } from 'vitest';
import { byteLength, bytesOf, jsonBody } from '../../src/gateway/body.ts';

const PICTURE = 'iVBORw0KGgo='.repeat(60_000);
const VALUES: Record<string, object> = {
  'small text': { inputs: { prompt: 'Make “it” red.\n' }, async: true },
  'a picture': { inputs: { prompt: 'p', image: PICTURE }, async: true },
  'several pictures, the same among them': { inputs: { image: PICTURE, reference_images: [PICTURE, `A${PICTURE}`] } },
  'long text that is no base64': { inputs: { prompt: `"${'a\\'.repeat(200_000)}` } },
  // Every step would cut a character in two, one time or the other.
  'characters of two halves': { a: '😀'.repeat(300_000), b: `-${'😀'.repeat(300_000)}` },
  'a half by itself': { a: '\ud83d'.repeat(300_000) },
};

describe.each(Object.entries(VALUES))('%s', (_name, value) => {
  const json = JSON.stringify(value);

  it('is the same JSON', () => {
    expect(jsonBody(value).join('') === json).toBe(true);
  });

  it('goes over the wire as the same bytes', () => {
    const bytes = Buffer.concat([...bytesOf(jsonBody(value))]);
    expect(bytes.equals(Buffer.from(json))).toBe(true);
    expect(byteLength(jsonBody(value))).toBe(bytes.length);
  });
});
