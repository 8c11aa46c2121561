import { describe, expect, it } from 'vitest';
import { ArgumentsFailure } from '../../src/base/failure.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { applyEdits, type Edit } from '../../src/definition/edits.ts';
import { goodDefinition } from './definitions.ts';

/** The issue with which edits are refused, or what they make. */
function tried(base: JsonObject, edits: unknown[]): unknown {
  try {
    return applyEdits(base, edits as Edit[]);
  } catch (error) {
    if (!(error instanceof ArgumentsFailure)) throw error;
    const [issue] = error.facts.issues;
    return `${issue?.path}: ${issue?.message}`;
  }
}

describe('the examples of RFC 6902, appendix A', () => {
  it.each<[string, JsonObject, Edit[], JsonObject]>([
    ['A.1 adding a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
    [
      'A.2 adding an array element',
      { foo: ['bar', 'baz'] },
      [{ op: 'add', path: '/foo/1', value: 'qux' }],
      { foo: ['bar', 'qux', 'baz'] },
    ],
    ['A.3 removing a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    [
      'A.4 removing an array element',
      { foo: ['bar', 'qux', 'baz'] },
      [{ op: 'remove', path: '/foo/1' }],
      { foo: ['bar', 'baz'] },
    ],
    [
      'A.5 replacing a value',
      { baz: 'qux', foo: 'bar' },
      [{ op: 'replace', path: '/baz', value: 'boo' }],
      { baz: 'boo', foo: 'bar' },
    ],
    [
      'A.6 moving a value',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    [
      'A.7 moving an array element',
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    [
      'A.8 testing values that are equal',
      { baz: 'qux', foo: ['a', 2, 'c'] },
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      { baz: 'qux', foo: ['a', 2, 'c'] },
    ],
    [
      'A.10 adding a nested member',
      { foo: 'bar' },
      [{ op: 'add', path: '/child', value: { grandchild: {} } }],
      { foo: 'bar', child: { grandchild: {} } },
    ],
    [
      'A.11 ignoring members that are not known',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 } as Edit],
      { foo: 'bar', baz: 'qux' },
    ],
    [
      'A.14 unescaping ~01 to ~1',
      { '/': 9, '~1': 10 },
      [{ op: 'test', path: '/~01', value: 10 }],
      { '/': 9, '~1': 10 },
    ],
    [
      'A.16 appending with -',
      { foo: ['bar'] },
      [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
      { foo: ['bar', ['abc', 'def']] },
    ],
  ])('%s', (_, base, edits, result) => {
    expect(tried(base, edits)).toEqual(result);
  });

  it.each<[string, JsonObject, Edit[], string]>([
    [
      'A.9 testing values that differ',
      { baz: 'qux' },
      [{ op: 'test', path: '/baz', value: 'bar' }],
      'edits[0]: test: `/baz` has another value.',
    ],
    [
      'A.12 adding to a target that does not exist',
      { foo: 'bar' },
      [{ op: 'add', path: '/baz/bat', value: 'qux' }],
      'edits[0]: `/baz/bat`: there is no `baz` in the definition; `foo` is there.',
    ],
    [
      'A.15 comparing a text with a number',
      { '/': 9, '~1': 10 },
      [{ op: 'test', path: '/~01', value: '10' }],
      'edits[0]: test: `/~01` has another value.',
    ],
  ])('%s is refused', (_, base, edits, issue) => {
    expect(tried(base, edits)).toBe(issue);
  });
});

describe('further cases of the public json-patch-tests', () => {
  it.each<[JsonObject, unknown[], JsonObject]>([
    [{}, [], {}],
    [{ foo: 1 }, [{ op: 'add', path: '', value: { bar: 2 } }], { bar: 2 }],
    [{ foo: 1 }, [{ op: 'replace', path: '', value: { baz: 2 } }], { baz: 2 }],
    [{ '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
    [{ foo: {} }, [{ op: 'add', path: '/foo/', value: 1 }], { foo: { '': 1 } }],
    [{ foo: 1 }, [{ op: 'add', path: '/foo', value: null }], { foo: null }],
    [{ foo: null }, [{ op: 'replace', path: '/foo', value: 'x' }], { foo: 'x' }],
    [{ foo: null }, [{ op: 'test', path: '/foo', value: null }], { foo: null }],
    [{ foo: null }, [{ op: 'copy', from: '/foo', path: '/bar' }], { foo: null, bar: null }],
    [{ foo: null }, [{ op: 'move', from: '/foo', path: '/bar' }], { bar: null }],
    [{ list: [1, 2] }, [{ op: 'add', path: '/list/2', value: 3 }], { list: [1, 2, 3] }],
    [{ list: [1, 2] }, [{ op: 'add', path: '/list/0', value: 0 }], { list: [0, 1, 2] }],
    [{ list: [[1]] }, [{ op: 'replace', path: '/list/0/0', value: 2 }], { list: [[2]] }],
    [{ 0: 'zero' }, [{ op: 'replace', path: '/0', value: 'x' }], { 0: 'x' }],
    [{ '01': 1 }, [{ op: 'remove', path: '/01' }], {}],
    [{ a: { b: 1, c: 2 } }, [{ op: 'test', path: '/a', value: { c: 2, b: 1 } }], { a: { b: 1, c: 2 } }],
    [{ a: 0 }, [{ op: 'test', path: '/a', value: -0 }], { a: 0 }],
    [{ foo: 1 }, [{ op: 'move', from: '/foo', path: '/foo' }], { foo: 1 }],
    [
      { 'a/b': 1, 'm~n': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'remove', path: '/m~0n' },
      ],
      {},
    ],
    [
      { list: [1, 2, 3, 4] },
      [
        { op: 'remove', path: '/list/1' },
        { op: 'remove', path: '/list/2' },
      ],
      { list: [1, 3] },
    ],
  ])('%j with %j makes %j', (base, edits, result) => {
    expect(tried(base, edits)).toEqual(result);
  });

  it.each<[string, JsonObject, Edit, string]>([
    ['an index beyond the end', { l: [1, 2] }, { op: 'add', path: '/l/3', value: 0 }, 'its items are 0 to 1'],
    ['an index with a leading zero', { l: [1, 2] }, { op: 'add', path: '/l/01', value: 0 }, 'without an item `01`'],
    ['an index in another notation', { l: [1, 2] }, { op: 'remove', path: '/l/1e0' }, 'without an item `1e0`'],
    ['a negative index', { l: [1] }, { op: 'replace', path: '/l/-1', value: 0 }, 'without an item `-1`'],
    ['an empty index of an empty list', { l: [] }, { op: 'add', path: '/l/', value: 0 }, 'it is empty'],
    ['- in the middle of a pointer', { l: [{}] }, { op: 'add', path: '/l/-/a', value: 0 }, 'without an item `-`'],
    ['- where something must be', { l: [1] }, { op: 'remove', path: '/l/-' }, 'without an item `-`'],
    ['a member that is not there, removed', { foo: 1 }, { op: 'remove', path: '/baz' }, 'there is no `baz`'],
    ['a member that is not there, replaced', { foo: 1 }, { op: 'replace', path: '/baz', value: 1 }, '`foo` is there'],
    ['a source that is not there', { foo: 1 }, { op: 'copy', from: '/bar', path: '/baz' }, 'there is no `bar`'],
    ['a member of a plain value', { foo: 'x' }, { op: 'add', path: '/foo/bar', value: 1 }, 'is a plain value'],
    ['the length of a list', { l: [1] }, { op: 'test', path: '/l/length', value: 1 }, 'without an item `length`'],
    ['a missing value', { foo: 1 }, { op: 'add', path: '/bar' }, 'add needs a value'],
    ['a missing source', { foo: 1 }, { op: 'move', path: '/bar' }, 'move needs from'],
    ['a tilde that is not escaped', { foo: 1 }, { op: 'remove', path: '/~2' }, '~ is written ~0'],
    ['a move into its own child', { a: { b: {} } }, { op: 'move', from: '/a', path: '/a/b/c' }, 'into itself'],
    ['the whole, removed', { foo: 1 }, { op: 'remove', path: '' }, 'cannot be removed'],
    ['a list in place of the definition', { foo: 1 }, { op: 'replace', path: '', value: [] }, 'no JSON object'],
  ])('refuses %s', (_, base, edit, problem) => {
    expect(tried(base, [edit])).toContain(problem);
  });
});

describe('applyEdits', () => {
  it('says in which operation a name is missing, and which one is there', () => {
    const edits = [
      { op: 'test', path: '/timeline/background', value: '#000000' },
      { op: 'replace', path: '/timeline/background', value: '#ffffff' },
      { op: 'replace', path: '/timeline/tracks/0/clips/0/aset/text', value: 'Hi' },
    ];
    expect(tried(goodDefinition(), edits)).toBe(
      'edits[2]: `/timeline/tracks/0/clips/0/aset/text`: there is no `aset` in `/timeline/tracks/0/clips/0`; `asset` is there.',
    );
  });

  it.each([
    ['timeline.tracks[0].clips[1]', '/timeline/tracks/0/clips/1'],
    ['#/timeline/background', '/timeline/background'],
    ['output', '/output'],
  ])('answers the path %s with the pointer that it means', (path, pointer) => {
    expect(tried(goodDefinition(), [{ op: 'remove', path }])).toContain(`write \`${pointer}\``);
  });

  it.each(['/__proto__/polluted', '/constructor/prototype/polluted', '/timeline/__proto__', '/a/prototype'])(
    'refuses %s, and pollutes nothing',
    path => {
      for (const edit of [
        { op: 'add', path, value: 1 },
        { op: 'copy', from: path, path: '/x' },
        { op: 'move', from: '/timeline', path },
      ]) {
        expect(tried(goodDefinition(), [edit])).toContain('is refused as a name');
      }
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    },
  );

  it('keeps members called __proto__ that are in a value or in the base', () => {
    const base = JSON.parse('{"a": {"__proto__": {"x": 1}}}');
    const value = JSON.parse('{"__proto__": {"y": 2}}');
    expect(JSON.stringify(tried(base, [{ op: 'add', path: '/b', value }]))).toBe(
      '{"a":{"__proto__":{"x":1}},"b":{"__proto__":{"y":2}}}',
    );
  });

  it('changes neither the base nor the values, applied or not', () => {
    const base = goodDefinition();
    const value = { list: [1] };
    const made = applyEdits(base, [
      { op: 'add', path: '/x', value },
      { op: 'add', path: '/x/list/-', value: 2 },
      { op: 'remove', path: '/timeline/tracks/0' },
      { op: 'copy', from: '/x', path: '/y' },
      { op: 'replace', path: '/y/list/0', value: 9 },
    ]);
    expect(base).toEqual(goodDefinition());
    expect(value).toEqual({ list: [1] });
    expect(made).toMatchObject({ x: { list: [1, 2] }, y: { list: [9, 2] } });
    const failing = [
      { op: 'remove', path: '/merge' },
      { op: 'remove', path: '/nothing' },
    ];
    expect(tried(base, failing)).toContain('edits[1]');
    expect(base).toEqual(goodDefinition());
  });

  it('takes 200 operations and refuses 201', () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ op: 'add', path: '/x', value: 1 }));
    expect(tried({}, many(200))).toEqual({ x: 1 });
    expect(tried({}, many(201))).toBe('edits: There are 201; at most 200 are taken.');
  });

  it('refuses copies that would make the definition too large or too deep', () => {
    const doubling = Array.from({ length: 100 }, () => ({ op: 'copy', from: '', path: '/x' }));
    expect(tried({ a: 'x'.repeat(1_000) }, doubling)).toMatch(/too (large|deep)/);
    const wide = Array.from({ length: 100 }, () => ({ op: 'copy', from: '/l', path: '/l/-' }));
    expect(tried({ l: ['x'.repeat(10_000)] }, wide)).toMatch(/too (large|deep)/);
    const deep = Array.from({ length: 60 }, (_, i) => ({ op: 'add', path: '/a'.repeat(2 * i + 1), value: { a: {} } }));
    expect(tried({}, deep)).toContain('nested too deep');
  });
});
