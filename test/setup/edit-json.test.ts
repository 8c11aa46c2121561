import { describe, expect, it } from 'vitest';
import { appendJson, removeJson, setJson } from '../../src/setup/edit-json.ts';

const ENTRY = { command: 'node', args: ['/a/cli.js'] };
const PATH = ['mcpServers', 'me'];
const COMPACT = '"me":{"command":"node","args":["/a/cli.js"]}';
const indented = (eol: string, indent: string): string =>
  `"me": {\n${indent}"command": "node",\n${indent}"args": [\n${indent}${indent}"/a/cli.js"\n${indent}]\n}`
    .split('\n')
    .join(`${eol}${indent.repeat(2)}`);

/** Texts, each as it is with the entry, which every one of them also is without it again. */
const ROUND_TRIPS: [what: string, before: string, after: string][] = [
  ['an empty map', '{\n  "mcpServers": {}\n}\n', `{\n  "mcpServers": {\n    ${indented('\n', '  ')}\n  }\n}\n`],
  ['one line', '{"a":1,"mcpServers":{"x":{"command":"y"}}}', `{"a":1,"mcpServers":{"x":{"command":"y"},${COMPACT}}}`],
  [
    'tabs, and no line break at the end',
    '{\n\t"mcpServers": {\n\t\t"x": {}\n\t},\n\t"z": 1\n}',
    `{\n\t"mcpServers": {\n\t\t"x": {},\n\t\t${indented('\n', '\t')}\n\t},\n\t"z": 1\n}`,
  ],
  [
    'CRLF, comments and trailing commas',
    '// top\r\n{\r\n  "mcpServers": {\r\n    "x": {}, // note\r\n    /* end */\r\n  },\r\n}\r\n',
    `// top\r\n{\r\n  "mcpServers": {\r\n    "x": {}, // note\r\n    /* end */\r\n    ${indented('\r\n', '  ')},\r\n  },\r\n}\r\n`,
  ],
  [
    'a byte order mark',
    '\u{feff}{\n  "mcpServers": {\n    "x": {}\n  }\n}',
    `\u{feff}{\n  "mcpServers": {\n    "x": {},\n    ${indented('\n', '  ')}\n  }\n}`,
  ],
  [
    'a map on one line',
    '{\n  "mcpServers": { "x": {} }\n}\n',
    '{\n  "mcpServers": { "x": {}, "me": {"command":"node","args":["/a/cli.js"]} }\n}\n',
  ],
  [
    'a map with nothing but a comment',
    '{\n  "mcpServers": {\n    // none yet\n  }\n}\n',
    `{\n  "mcpServers": {\n    // none yet\n    ${indented('\n', '  ')}\n  }\n}\n`,
  ],
  [
    'a comment behind the last server',
    '{\n  "mcpServers": {\n    "x": {} // mine\n  }\n}\n',
    `{\n  "mcpServers": {\n    "x": {}, // mine\n    ${indented('\n', '  ')}\n  }\n}\n`,
  ],
  [
    'four spaces',
    '{\n    "mcpServers": {\n        "x": {}\n    }\n}\n',
    `{\n    "mcpServers": {\n        "x": {},\n        ${indented('\n', '    ')}\n    }\n}\n`,
  ],
  [
    'strings with braces, quotes and escapes',
    '{\n  "mcpServers": {\n    "x": { "note": "} \\" // \\u007d" }\n  }\n}\n',
    `{\n  "mcpServers": {\n    "x": { "note": "} \\" // \\u007d" },\n    ${indented('\n', '  ')}\n  }\n}\n`,
  ],
];

describe('an entry in JSON', () => {
  it.each(ROUND_TRIPS)(
    'is added to %s without another character changed, and taken out again',
    (_what, before, after) => {
      expect(setJson(before, PATH, ENTRY)).toBe(after);
      expect(removeJson(after, PATH)).toBe(before);
    },
  );

  it.each([
    ['nothing', ''],
    ['an empty object', '{}'],
    ['an object of two lines', '{\n}'],
  ])('makes the map in %s', (_what, text) => {
    expect(setJson(text, PATH, ENTRY).trimEnd()).toBe(`{\n  "mcpServers": {\n    ${indented('\n', '  ')}\n  }\n}`);
  });

  it('is taken out from before another one, whose comment stays', () => {
    const text = '{\n  "m": {\n    "me": {},\n    // of x\n    "x": {}\n  }\n}\n';
    expect(removeJson(text, ['m', 'me'])).toBe('{\n  "m": {\n    // of x\n    "x": {}\n  }\n}\n');
  });

  it('has one field replaced, and comments inside it stay', () => {
    const text =
      '{\n  "m": {\n    "me": {\n      // pinned\n      "command": "old", /* why */\n      "x": 1\n    }\n  }\n}\n';
    expect(setJson(text, ['m', 'me', 'command'], 'new')).toBe(text.replace('"old"', '"new"'));
  });

  it('is changed in the last of equal names, which is the one that counts', () => {
    expect(setJson('{"a":{"b":1},"a":{"b":2}}', ['a', 'b'], 3)).toBe('{"a":{"b":1},"a":{"b":3}}');
  });

  it('is not put where something else than an object is', () => {
    expect(() => setJson('{"mcpServers":[]}', PATH, ENTRY)).toThrow();
    expect(() => setJson('[]', PATH, ENTRY)).toThrow();
  });

  it.each([
    [
      '{ "mcpServers": {\n    "me": {}, // ours\n    // of b\n    "b": 1\n} }',
      '{ "mcpServers": {\n    // ours\n    // of b\n    "b": 1\n} }',
    ],
    ['{ "mcpServers": { "me": {}, /* keep */ "b": 1 } }', '{ "mcpServers": { /* keep */ "b": 1 } }'],
  ])('is taken out of %j without a comment behind it', (before, after) => {
    expect(removeJson(before, PATH)).toBe(after);
  });

  it('that is not there leaves the text as it is', () => {
    expect(removeJson('{ "mcpServers": {} }', PATH)).toBe('{ "mcpServers": {} }');
  });
});

describe('a list in JSON', () => {
  it('gets one more item, and loses it again', () => {
    const before = '{\n  "inputs": [\n    {\n      "id": "y"\n    }\n  ]\n}\n';
    const after = '{\n  "inputs": [\n    {\n      "id": "y"\n    },\n    {\n      "id": "x"\n    }\n  ]\n}\n';
    expect(appendJson(before, ['inputs'], { id: 'x' })).toBe(after);
    expect(removeJson(after, ['inputs', 1])).toBe(before);
  });

  it.each([
    ['', '{\n  "inputs": [\n    1\n  ]\n}\n'],
    ['{\n  "servers": {}\n}\n', '{\n  "servers": {},\n  "inputs": [\n    1\n  ]\n}\n'],
  ])('is made in %j', (before, after) => {
    expect(appendJson(before, ['inputs'], 1)).toBe(after);
  });
});
