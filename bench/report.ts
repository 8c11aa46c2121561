import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Figure, Finding } from './line.ts';

/** Packages whose versions the figures hang on. */
const PACKAGES = ['@modelcontextprotocol/sdk', 'undici', 'zod', '@photostructure/sqlite', 'esbuild'];

/** A line that was measured. */
export interface Measured extends Finding {
  name: string;
  title: string;
}

/** One line's part of the report, as Markdown. */
export function part({ title, table, notes }: Measured): string {
  const rows = table.map(row => row.map(cell => (typeof cell === 'number' ? round(cell) : cell)));
  return `## ${title}\n\n${markdown(rows)}\n${notes.map(note => `- ${note}\n`).join('')}`;
}

/** All that has a bound, as Markdown. */
export function overview(lines: readonly Measured[]): string {
  const rows = lines.flatMap(({ name, figures }) =>
    figures.map(figure => [name, figure.what, shown(figure), bound(figure), verdict(figure)]),
  );
  return markdown([['line', 'figure', 'measured', 'target', ''], ...rows]);
}

/** The machine, the versions, the day and the command. */
export function circumstances(command: string): string {
  const [cpu] = cpus();
  return markdown([
    ['', ''],
    ['command', `\`${command}\``],
    ['date', new Date().toISOString().slice(0, 10)],
    ['machine', `${cpu?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['system', `${process.platform} ${process.arch}`],
    ['Node', process.versions.node],
    ['this server', versionIn('.')],
    ...PACKAGES.map(name => [name, versionIn(`node_modules/${name}`)]),
  ]);
}

const versionIn = (folder: string): string => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).version;

/** Whether the figure keeps its bound; null when it has none. */
function isKept({ value, most, least }: Figure): boolean | null {
  if (most === undefined && least === undefined) return null;
  return value <= (most ?? Number.POSITIVE_INFINITY) && value >= (least ?? Number.NEGATIVE_INFINITY);
}

function verdict(figure: Figure): string {
  const kept = isKept(figure);
  return kept === null ? '' : kept ? 'kept' : '**missed**';
}

function bound({ most, least, unit }: Figure): string {
  if (most !== undefined) return `≤ ${withUnit(String(most), unit)}`;
  return least === undefined ? '' : `≥ ${withUnit(String(least), unit)}`;
}

const shown = ({ value, unit }: Figure): string => withUnit(round(value), unit);
const withUnit = (number: string, unit: string): string => (unit === '×' ? number : `${number} ${unit}`);

/** As many places as say something. */
function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map(row => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |\n`;
  return line(head) + line(widths.map(width => '-'.repeat(width))) + body.map(line).join('');
}
