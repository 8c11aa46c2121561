import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import played from '../../evals/results.json' with { type: 'json' };
import { SETTINGS } from '../../src/config.ts';
import { PROBLEMS } from '../../src/guidance/problem-table.ts';
import { DIRECTIVES, LASTING_REFUSALS, PASSING_REFUSALS } from '../../src/sandbox/directives.ts';
import { listTools, TOOLS } from '../../src/tools/catalogue.ts';

const README = new URL('../../README.md', import.meta.url);

const TABLES: Record<string, string> = {
  tools: table(
    ['tool', 'arguments', 'what it does'],
    TOOLS.map(({ name, title, input }) => {
      const names = Object.entries(input.shape).map(
        ([key, type]) => `\`${key}${type.safeParse(undefined).success ? '' : '*'}\``,
      );
      return [`\`${name}\``, names.join(' '), title];
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
  evals: table(
    ['situations', 'how many', 'calls', 'o200k tokens'],
    [...Object.entries(played), ['all', total(Object.values(played))] as const].map(
      ([group, { situations, calls, tokens }]) => [
        group,
        ...[situations, calls, tokens].map(n => n.toLocaleString('en')),
      ],
    ),
  ),
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
};

test('the tables in the README are those of the code', async () => {
  const text = readFileSync(README, 'utf8');
  const rendered = Object.entries(TABLES).reduce(
    (all, [name, rows]) =>
      all.replace(
        new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`),
        (_, open, close) => `${open}${rows}${close}`,
      ),
    text,
  );
  await expect(rendered).toMatchFileSnapshot(README.pathname);
});

test('the README names every tool, stays under 300 lines, and its links lead somewhere', () => {
  const text = readFileSync(README, 'utf8');
  expect(text.split('\n').length).toBeLessThan(300);
  for (const { name } of listTools()) expect(text).toContain(`\`${name}\``);
  for (const [, path = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    expect(readFileSync(new URL(path, README)).length, path).toBeGreaterThan(0);
  }
});

function total(rows: { situations: number; calls: number; tokens: number }[]) {
  const sum = (of: 'situations' | 'calls' | 'tokens'): number => rows.reduce((all, row) => all + row[of], 0);
  return { situations: sum('situations'), calls: sum('calls'), tokens: sum('tokens') };
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}
