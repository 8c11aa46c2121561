import { TOOLS } from '../../src/tools/tools.ts';
import { goodDefinition } from '../definition/definitions.ts';
import { fc } from '../support/properties.ts';

/** How many cases are tried; FUZZ_RUNS asks for more of them. */
export const FUZZ_RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);

/** As deep as JSON.stringify of any Node can write. */
const LEVELS = 2_000;

function nested(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\ud800', '\udfff', '\u0000', '\u202e', '\u001b', '{', '"', '\\', '💥', '\n') }),
  fc.constantFrom(
    '',
    ' ',
    '../../etc/passwd',
    '/etc/passwd',
    'C:\\x',
    'data:image/png;base64,',
    'NaN',
    '[object Object]',
  ),
  fc.constantFrom('https://127.0.0.1/', 'https://user:pw@example.com/', 'https://[::ffff:7f00:1]/', 'https://x'),
  fc.nat(2_000).map(n => 'A'.repeat(n)),
);
const key = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'toJSON',
    'then',
    'length',
    '0',
  ),
  fc.constantFrom(
    'timeline',
    'output',
    'template',
    'name',
    'tracks',
    'clips',
    'asset',
    'merge',
    'id',
    'prompt',
    'image',
  ),
  text,
);
const leaf = fc.oneof(
  text,
  fc.constantFrom(null, true, false, 0, -0, -1, 1e308, Number.POSITIVE_INFINITY, 2 ** 53, 0.1, 45, 46, 100, 101),
);

/** Any JSON, of any keys. */
const json = fc.letrec<{ any: unknown }>(tie => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('any')), { maxLength: 4 }).map(entries => Object.fromEntries(entries)),
  ),
})).any;

const huge = fc.constantFrom<() => unknown>(
  () => 'B'.repeat(10_000_000),
  () => '\ud800'.repeat(1_000_000),
  () => nested(LEVELS),
  () => Array.from({ length: 100_000 }, () => ({})),
  () => Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i])),
  () => ({ [`k${'x'.repeat(1_000_000)}`]: 1 }),
);

const ID = 'c546520207fb4b68b0adce825f9dcf6d';

/** For each tool, arguments that are right. */
const RIGHT: Record<string, () => Record<string, unknown>> = {
  update_template: () => ({
    prompt: 'Make it red',
    template_id: 't-1',
    name: 'Red',
    template: goodDefinition(),
    duration_seconds: 8,
    aspect_ratio: '16:9',
    resolution: '1080p',
    negative_prompt: 'blue',
    reference_images: [],
    generate_audio: false,
    webhook_url: 'https://93.184.216.34/hook',
    edits: [{ op: 'replace', path: '/timeline/background', value: '#ffffff' }],
    extra_inputs: { seed: 1 },
    allow: ['duplicate'],
  }),
  get_status: () => ({ request_id: ID, wait_seconds: 0 }),
  cancel_job: () => ({ request_id: ID }),
  list_jobs: () => ({ status: 'UNKNOWN', template_id: 't-1', limit: 5 }),
  validate_template: () => ({
    template_id: 't-1',
    edits: [
      { op: 'copy', from: '/timeline/tracks/0', path: '/timeline/tracks/-' },
      { op: 'move', from: '/merge/0', path: '/x' },
    ],
    version: 0,
    studio_link: true,
  }),
  get_definition: () => ({ template_id: 't-1', pointer: '/timeline/tracks/0/clips/0', version: 0 }),
  download_result: () => ({ request_id: ID, directory: '/tmp' }),
};

/** One change to a JSON value: at a place that the numbers lead to, another value or key, or one fewer. */
interface Change {
  way: number[];
  kind: 'replace' | 'add' | 'remove';
  key: string;
  value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  way: fc.array(fc.nat(30), { maxLength: 7 }),
  kind: fc.constantFrom('replace', 'add', 'remove'),
  key,
  value: json,
});

/** Changes a copy; `define` gives a key called __proto__ no special meaning. */
function mutate(root: Record<string, unknown>, { way, kind, key: name, value }: Change): void {
  let at: object = root;
  for (const [i, step] of way.entries()) {
    const keys = Object.keys(at);
    const next = keys[step % Math.max(1, keys.length)];
    if (next === undefined) break;
    const child: unknown = Reflect.get(at, next);
    if (i === way.length - 1 || typeof child !== 'object' || child === null) {
      if (kind === 'remove' && Array.isArray(at)) at.splice(Number(next), 1);
      else if (kind === 'remove') Reflect.deleteProperty(at, next);
      else define(at, kind === 'replace' ? next : name, value);
      return;
    }
    at = child;
  }
  define(at, name, value);
}

function define(at: object, name: string, value: unknown): void {
  if (Array.isArray(at)) at.splice(Number(name) || at.length, 1, value);
  else Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
}

/** A tool and arguments for it: right but for a few changes, anything at all, or, now and then, huge. */
export const calls: fc.Arbitrary<{ tool: string; args: unknown }> = fc
  .record({
    tool: fc.constantFrom(...TOOLS.map(({ name }) => name)),
    changes: fc.array(change, { maxLength: 4 }),
    size: fc.nat(299),
    anything: json,
    huge,
    name: key,
  })
  .map(({ tool, changes, size, anything, huge: make, name }) => {
    if (size > 240) return shownShort({ tool, args: anything });
    const args = RIGHT[tool]?.() ?? {};
    for (const one of changes) mutate(args, one);
    if (size === 0) define(args, [...Object.keys(args), name][changes.length] ?? name, make());
    if (size === 1) mutate(args, { way: [3, 1, 0, 0], kind: 'add', key: name, value: make() });
    return shownShort({ tool, args });
  });

/** Lets a report show the beginning only. */
function shownShort<T extends object>(value: T): T {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => JSON.stringify(value).slice(0, 3_000) });
}

export { json, text };
