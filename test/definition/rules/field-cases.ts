import { type Cases, CLIP, clip, edit, file, merge, SRC, text, video } from './build.ts';

const TEXT = `${CLIP}.asset.text`;
const said = (words: string, defaults?: Record<string, unknown>) =>
  edit([[text(words)]], defaults === undefined ? {} : merge(defaults));

/** The rules about merge fields. */
export const FIELD_CASES: Record<string, Cases> = {
  'placeholders-without-default': {
    fires: [
      ['no default', edit([[video({}, { src: '{{ VIDEO }}' })]], { merge: [] }), 'merge', /no default/],
      ['a name with a blank', said('{{ First Name }}', { OTHER: 'x' }), 'merge', /no default/],
    ],
    silent: [
      ['no merge list', file('video', '{{ VIDEO }}')],
      ['a default', edit([[video({}, { src: '{{VIDEO}}' })]], merge({ VIDEO: 'https://example.com/a.mp4' }))],
      ['an entry that was meant for it', said('{{ VIDEO }}', { video: 'x' })],
      ['a default for a name with a blank', said('{{ First Name }}', { 'First Name': 'Ada' })],
    ],
  },
  'misspelt-merge-fields': {
    fires: [
      ['another case', said('{{ VIDEO }}', { video: 'x' }), 'merge[0].find', /almost its name/, 'VIDEO'],
      ['braces in find', said('{{ VIDEO }}', { '{{VIDEO}}': 'x' }), 'merge[0].find', /almost its name/, 'VIDEO'],
      ['a typing mistake', said('{{ HEADLINE }}', { HEADLNE: 'x' }), 'merge[0].find', /almost its name/, 'HEADLINE'],
    ],
    silent: [
      ['an entry that nothing uses', said('Hi', { SOMETHING: 'x' })],
      ['an entry that is used', said('{{ VIDEO }}', { VIDEO: 'x' })],
    ],
  },
  'literal-defaults': {
    fires: [
      [
        'the default in place of the placeholder',
        said('Hello World', { TITLE: 'Hello World' }),
        TEXT,
        /default of a merge field that nothing uses/,
        '{{ TITLE }}',
      ],
      [
        'the default of a field that is named with its braces',
        said('Hello World', { '{{TITLE}}': 'Hello World' }),
        TEXT,
        /default of a merge field/,
        '{{ TITLE }}',
      ],
    ],
    silent: [
      ['a short default that stands there by chance', said('on', { STATE: 'on' })],
      ['a default of a field that is used', said('{{ TITLE }} Hello World', { TITLE: 'Hello World' })],
    ],
  },
  'lost-placeholders': {
    fires: [
      ['one brace', said('Hi {NAME}', { NAME: 'x' }), TEXT, /two braces on each side/, 'Hi {{ NAME }}'],
      ['square brackets', said('Hi [[ NAME ]]', { NAME: 'x' }), TEXT, /two braces/, 'Hi {{ NAME }}'],
      ['a shell’s form', said('Hi $' + '{NAME}', { NAME: 'x' }), TEXT, /two braces/, 'Hi {{ NAME }}'],
      ['percent signs', said('Hi %NAME%', { NAME: 'x' }), TEXT, /two braces/, 'Hi {{ NAME }}'],
      ['not closed', said('Hi {{NAME', { NAME: 'x' }), TEXT, /not closed/, 'Hi {{ NAME }}'],
      ['closed with one brace', said('Hi {{NAME}', { NAME: 'x' }), TEXT, /not closed/, 'Hi {{ NAME }}'],
      ['a filter', said('Hi {{ NAME | default: "you" }}', { NAME: 'x' }), TEXT, /filter or default/, 'Hi {{ NAME }}'],
      ['a stray end', said('Hi }} there'), TEXT, /no \{\{ opens/],
    ],
    silent: [
      ['a placeholder', said('Hi {{ NAME }}', { NAME: 'x' })],
      ['a word in braces that is no merge field', said('{note} [[1]] 50% <b>', { NAME: 'x' })],
      [
        'a script',
        edit(
          [[clip({ type: 'html5', html: '<p/>', js: 'const a = {b: {c: 1}}; if (a) { a.b = {}}' })]],
          merge({ NAME: 'x' }),
        ),
      ],
      ['an svg', file('svg', '<svg viewBox="0 0 1 1"><style>a{b{c:d}}</style></svg>')],
    ],
  },
  'unfilled-expressions': {
    fires: [
      ['n8n', said('{{ $json.title }}'), TEXT, /workflow tool that was not filled in/],
      ['n8n’s own mark', file('image', '={{ $node["A"].json.url }}'), SRC, /workflow tool/],
      ['Make', file('image', '{{1.url}}'), SRC, /workflow tool/],
      ['Zapier', said('{{123__title}}'), TEXT, /workflow tool/],
      ['a program’s undefined', said('undefined'), TEXT, /does not have/],
      ['a program’s object', said('[object Object]'), TEXT, /does not have/],
      ['Pipedream', said('{{steps.trigger.event.title}}'), TEXT, /workflow tool/],
    ],
    silent: [
      ['a merge field', said('{{ TITLE }}')],
      ['a sentence with such a word', said('null and void')],
      ['a merge field with a dot that has a default', said('{{ steps.title }}', { 'steps.title': 'x' })],
      ['a merge field with a dot', said('{{ person.name }}')],
    ],
  },
};
