import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import { SETTINGS } from '../../src/config.ts';
import { RULES } from '../../src/definition/rules/rules.ts';
import { PROBLEMS } from '../../src/guidance/explain.ts';
import { isTerminal, JOB_STATUSES, type JobRecord, type JobStatus } from '../../src/jobs/job.ts';
import { toJob } from '../../src/jobs/shown-job.ts';
import type { Outcome } from '../../src/jobs/store/job-store.ts';
import { DIRECTIVES, LASTING_REFUSALS, PROXY_ANSWERS, TRANSIENT_REFUSALS } from '../../src/sandbox/directives.ts';
import { listTools, TOOLS } from '../../src/tools/tools.ts';
import { hostRows, hostSections } from './host-sections.ts';
import { toolSections } from './tool-sections.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .map(name => `${folder}/${name.replaceAll('\\', '/')}`);

const DOCS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs', '.md')];

/** What is made from the code and stands between `<!-- name -->` and `<!-- /name -->`, wherever that is. */
const PARTS: Record<string, string> = {
  tools: table(
    ['tool', 'what it does', 'arguments'],
    TOOLS.map(({ name, title, input }) => {
      const names = Object.entries(input.shape).map(
        ([key, type]) => `\`${key}${type.safeParse(undefined).success ? '' : '*'}\``,
      );
      return [`\`${name}\``, title, names.join(' ')];
    }),
  ),
  states: table(
    ['status', 'has ended', 'can be cancelled', 'billed'],
    JOB_STATUSES.map(status => {
      const { terminal, cancellable, billed } = toJob(recordIn(status));
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
  directives: table(
    ['directive', 'the job'],
    [
      ...Object.entries(DIRECTIVES).map(([word, { meaning }]) => [`\`[sandbox:${word}]\``, meaning]),
      [refusals(TRANSIENT_REFUSALS), 'is refused so for 12 seconds, then accepted'],
      [refusals(PROXY_ANSWERS), 'is answered so by something in between: a doubt, although the sandbox makes no job'],
      [refusals(LASTING_REFUSALS), 'is refused so each time'],
    ],
  ),
  arguments: `${toolSections()}\n`,
  rules: table(
    ['rule', 'finds', 'its source'],
    RULES.map(({ name, finds, source }) => [`\`${name}\``, finds, source]),
  ),
  'host-table': table(['host', 'set up with', 'time for a call'], hostRows()),
  hosts: `${hostSections()}\n`,
};

describe.each(DOCS)('%s', path => {
  const text = read(path);

  it('has the tables and snippets that are generated from the code', async () => {
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

  it('has no dead links', () => {
    const dead = [...prose(text).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].filter(([, to = '', anchor]) => {
      const target = to === '' ? path : join(path, '..', to);
      return !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor));
    });
    expect(placesOf(path, text, dead)).toEqual([]);
  });

  it('has no comment behind a command: zsh and cmd take it for arguments', () => {
    const commands = [...text.matchAll(/^```(?:sh|powershell)\n[\s\S]*?^```$/gm)].flatMap(([block]) =>
      block.split('\n'),
    );
    const commented = commands.flatMap(line => [...line.matchAll(/^.*(?:^|\s)#.*$/g)]);
    expect(placesOf(path, text, commented)).toEqual([]);
  });

  it('names only files and commands that exist', () => {
    const paths = [...text.matchAll(/`((?:src|test|docs|scripts|bench|\.github\/workflows|\.ci)\/[\w./-]*)`/g)];
    const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)];
    const missing = [
      ...paths.filter(([, named = '']) => !existsSync(join(ROOT, named))),
      ...scripts.filter(([, script = '']) => !Object.hasOwn(about.scripts, script)),
    ];
    expect(placesOf(path, text, missing)).toEqual([]);
  });
});

test('every generated part is in exactly one page', () => {
  const all = DOCS.map(read).join('');
  for (const name of Object.keys(PARTS)) expect(all.split(`<!-- ${name} -->`), name).toHaveLength(2);
});

test('the README has under 200 lines, names every tool and links to every other page', () => {
  const text = read('README.md');
  expect(text.split('\n').length).toBeLessThan(200);
  expect(listTools().filter(({ name }) => !text.includes(`\`${name}\``))).toEqual([]);
  expect(DOCS.slice(1).filter(page => !text.includes(`(${page})`))).toEqual([]);
});

test('the diagram of a job’s life has every status, and only terminal ones lead to the end', () => {
  const [, diagram = ''] = /```mermaid\n([\s\S]*?)```/.exec(read('docs/concepts.md')) ?? [];
  const steps = [...diagram.matchAll(/^ +(\S+) --> ([^\s:]+)/gm)].map(([, from, to]) => ({ from, to }));
  expect(new Set(steps.flatMap(({ from, to }) => [from, to]))).toEqual(new Set(['[*]', ...JOB_STATUSES]));
  for (const status of JOB_STATUSES.filter(isTerminal)) {
    expect(steps.filter(({ from }) => from === status)).toEqual([{ from: status, to: '[*]' }]);
  }
});

test('troubleshooting has every problem code, and quotes only messages that are in the code', () => {
  const headings =
    read('docs/troubleshooting.md')
      .match(/^### .*$/gm)
      ?.join('\n') ?? '';
  expect(Object.keys(PROBLEMS).filter(code => !headings.includes(`\`${code}\``))).toEqual([]);
  const code = filesIn('src', '.ts').map(read).join('\n');
  const quoted = [...headings.matchAll(/`([^`\n]+)`/g)]
    .map(([, words = '']) => words)
    .filter(words => words.includes(' '));
  expect(quoted.length).toBeGreaterThan(30);
  const parts = quoted.flatMap(words => words.split(/…| cannot be used: expected /));
  expect(parts.map(part => part.replace(/\.$/, '').trim()).filter(part => !code.includes(part))).toEqual([]);
});

test('operations describes every event that is logged', () => {
  const text = read('docs/operations.md');
  const events = filesIn('src', '.ts').flatMap(path => [...read(path).matchAll(/\blog\([^,()]+, '(\w+)'/g)]);
  expect(events.length).toBeGreaterThan(8);
  const names = [...events.map(([, event = '']) => event), ...Object.keys(OUTCOMES).map(kind => `submit_${kind}`)];
  expect(names.filter(event => !text.includes(`\`${event}\``))).toEqual([]);
});

const OUTCOMES: Record<Outcome['kind'], true> = { accepted: true, refused: true, doubt: true };

/** The line that is not as the code has it; empty when there is none. */
function firstDifference(path: string, text: string, rendered: string): string {
  const lines = rendered.split('\n');
  const at = text.split('\n').findIndex((line, i) => line !== lines[i]);
  return at === -1 ? '' : `${path}:${at + 1} should be: ${lines[at]}`;
}

/** Each match with its page and line. */
const placesOf = (path: string, text: string, found: RegExpMatchArray[]): string[] =>
  found.map(([match]) => `${path}:${text.slice(0, text.indexOf(match)).split('\n').length}: ${match}`);

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

function recordIn(status: JobStatus): JobRecord {
  const known = { rowId: '', lift: 0, origin: '', otherTenant: false, otherKey: false, open: false, gone: false };
  return { ...known, status, submittedAt: 0, outputs: [], resultPending: false };
}

function yesOrNo(value: boolean | undefined): string {
  return value === undefined ? 'not known' : value ? 'yes' : 'no';
}

function refusals(codes: readonly number[]): string {
  return codes.map(code => `\`[sandbox:${code}]\``).join(' ');
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}
