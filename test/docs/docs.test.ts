import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import { SETTINGS } from '../../src/config.ts';
import { PROBLEMS } from '../../src/guidance/problem-table.ts';
import { JOB_STATUSES } from '../../src/guidance/progress.ts';
import { isTerminal, newRecord, toJob } from '../../src/jobs/job.ts';
import { DIRECTIVES, LASTING_REFUSALS, PASSING_REFUSALS } from '../../src/sandbox/directives.ts';
import { listTools, TOOLS } from '../../src/tools/tools.ts';
import played from '../robot/results.json' with { type: 'json' };
import { hostRows, hostSections } from './host-sections.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .map(name => join(folder, name));

const DOCS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs', '.md')];

/** What is made from the code and stands between `<!-- name -->` and `<!-- /name -->`, wherever that is. */
const PARTS: Record<string, string> = {
  tools: table(
    ['tool', 'arguments', 'what it does'],
    TOOLS.map(({ name, title, input }) => {
      const names = Object.entries(input.shape).map(
        ([key, type]) => `\`${key}${type.safeParse(undefined).success ? '' : '*'}\``,
      );
      return [`\`${name}\``, names.join(' '), title];
    }),
  ),
  states: table(
    ['status', 'has ended', 'can be cancelled', 'billed'],
    JOB_STATUSES.map(status => {
      const { terminal, cancellable, billed } = toJob({ ...newRecord('id', 0), status });
      return [`\`${status}\``, ...[terminal, cancellable, billed].map(yesOrNo)];
    }),
  ),
  problems: table(
    ['code', 'HTTP', 'retryable', 'to be solved by', 'next'],
    Object.entries(PROBLEMS).map(([code, { http, fixBy, action, tool }]) => [
      `\`${code}\``,
      http.join(', ') || '–',
      action === 'repeat' ? 'yes' : 'no',
      fixBy,
      [action, ...(action === 'call_tool' ? [tool ?? 'get_status'] : [])].map(word => `\`${word}\``).join(' '),
    ]),
  ),
  settings: table(
    ['variable', 'default', 'meaning'],
    Object.entries(SETTINGS).map(([name, { fallback, meaning }]) => [
      `\`${name}\``,
      fallback === null ? 'none' : `\`${fallback}\``,
      meaning,
    ]),
  ),
  robot: table(
    ['situations', 'how many', 'calls', 'o200k tokens'],
    [...Object.entries(played), ['all', total(Object.values(played))] as const].map(
      ([group, { situations, calls, tokens }]) => [
        group,
        ...[situations, calls, tokens].map(n => n.toLocaleString('en')),
      ],
    ),
  ),
  bench: /^\| line .*\n(?:\|.*\n)+/m.exec(read('bench/RESULTS.md'))?.[0] ?? '',
  directives: table(
    ['directive', 'the job'],
    [
      ...Object.entries(DIRECTIVES).map(([word, { meaning }]) => [`\`[sandbox:${word}]\``, meaning]),
      [
        PASSING_REFUSALS.map(code => `\`[sandbox:${code}]\``).join(' '),
        'is refused so for 12 seconds, then taken; after 502 and 504, which come from a proxy, this server does not ask again for ten minutes',
      ],
      [LASTING_REFUSALS.map(code => `\`[sandbox:${code}]\``).join(' '), 'is refused so each time'],
    ],
  ),
  'host-table': table(['host', 'set up with', 'time for a call'], hostRows()),
  hosts: `${hostSections()}\n`,
};

describe.each(DOCS)('%s', path => {
  const text = read(path);

  it('has the tables and snippets that the code has', async () => {
    const rendered = Object.entries(PARTS).reduce(
      (all, [name, part]) =>
        all.replace(
          new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`),
          (_, open, close) => `${open}${part}${close}`,
        ),
      text,
    );
    await expect(rendered, firstDifference(path, text, rendered)).toMatchFileSnapshot(join(ROOT, path));
  });

  it('has links that lead somewhere', () => {
    for (const [link, to = '', anchor] of prose(text).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = to === '' ? path : join(path, '..', to);
      expect(existsSync(join(ROOT, target)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(target)), link).toContain(anchor);
    }
  });

  it('names files and commands that there are', () => {
    const paths = text.matchAll(/`((?:src|test|docs|scripts|bench|\.github\/workflows|\.ci)\/[\w./-]*)`/g);
    for (const [, named = ''] of paths) expect(existsSync(join(ROOT, named)), named).toBe(true);
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(about.scripts).toHaveProperty([script]);
  });
});

test('every part made from the code stands in one place', () => {
  const all = DOCS.map(read).join('');
  for (const name of Object.keys(PARTS)) expect(all.split(`<!-- ${name} -->`), name).toHaveLength(2);
});

test('the README is short, names every tool and leads to every other page', () => {
  const text = read('README.md');
  expect(text.split('\n').length).toBeLessThan(240);
  for (const { name } of listTools()) expect(text).toContain(`\`${name}\``);
  for (const page of DOCS.slice(1)) expect(text, page).toContain(`(${page})`);
});

test('the diagram of a job’s life has every status, and those that end are the ends', () => {
  const [, diagram = ''] = /```mermaid\n([\s\S]*?)```/.exec(read('docs/concepts.md')) ?? [];
  const steps = [...diagram.matchAll(/^ +(\S+) --> ([^\s:]+)/gm)].map(([, from, to]) => ({ from, to }));
  expect(new Set(steps.flatMap(({ from, to }) => [from, to]))).toEqual(new Set(['[*]', ...JOB_STATUSES]));
  for (const status of JOB_STATUSES.filter(isTerminal)) {
    expect(steps.filter(({ from }) => from === status)).toEqual([{ from: status, to: '[*]' }]);
  }
});

test('troubleshooting knows every problem, and quotes what the code says', () => {
  const headings =
    read('docs/troubleshooting.md')
      .match(/^### .*$/gm)
      ?.join('\n') ?? '';
  for (const code of Object.keys(PROBLEMS)) expect(headings).toContain(`\`${code}\``);
  const code = filesIn('src', '.ts').map(read).join('\n');
  const quoted = [...headings.matchAll(/`([^`\n]+)`/g)]
    .map(([, words = '']) => words)
    .filter(words => words.includes(' '));
  expect(quoted.length).toBeGreaterThan(30);
  const parts = quoted.flatMap(words => words.split(/…| cannot be used: expected /));
  expect(parts.map(part => part.replace(/\.$/, '').trim()).filter(part => !code.includes(part))).toEqual([]);
});

test('operations tells of every event that is logged', () => {
  const text = read('docs/operations.md');
  const events = filesIn('src', '.ts').flatMap(path => [...read(path).matchAll(/\blog\([^,()]+, '(\w+)'/g)]);
  expect(events.length).toBeGreaterThan(8);
  for (const [, event = ''] of events) expect(text).toContain(`\`${event}\``);
});

/** The line that is not as the code has it; empty when there is none. */
function firstDifference(path: string, text: string, rendered: string): string {
  const lines = rendered.split('\n');
  const at = text.split('\n').findIndex((line, i) => line !== lines[i]);
  return at === -1 ? '' : `${path}:${at + 1} should be: ${lines[at]}`;
}

/** A page without its blocks of code. */
const prose = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');

/** The anchors that GitHub gives to headings. */
function anchorsOf(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function yesOrNo(value: boolean | null): string {
  return value === null ? 'not known' : value ? 'yes' : 'no';
}

function total(rows: { situations: number; calls: number; tokens: number }[]) {
  const sum = (of: 'situations' | 'calls' | 'tokens'): number => rows.reduce((all, row) => all + row[of], 0);
  return { situations: sum('situations'), calls: sum('calls'), tokens: sum('tokens') };
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}
