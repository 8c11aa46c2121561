/** More lines than this are not compared one by one. */
const MOST_LINES = 2_000;
/** A longer line is shown only where it changes. */
const LONGEST = 200;

/** What changes between two texts: the lines that go (`-`) and come (`+`), without their surroundings. */
export function diffLines(before: string, after: string): string[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [gone, come] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (gone.length === 1 && come.length === 1) return shorten(gone[0] ?? '', come[0] ?? '');
  return (gone.length > MOST_LINES || come.length > MOST_LINES ? replaced(gone, come) : aligned(gone, come)).map(cut);
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/^\u{feff}|\r?\n$/gu, '').split(/\r?\n/));

const replaced = (gone: string[], come: string[]): string[] => [
  ...gone.map(line => `- ${line}`),
  ...come.map(line => `+ ${line}`),
];

/** The longest common subsequence of lines, left out. */
function aligned(a: string[], b: string[]): string[] {
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}

/** One line that changes, as in a file without line breaks: the part that differs. */
function shorten(before: string, after: string): string[] {
  if (before.length <= LONGEST && after.length <= LONGEST) return [`- ${before}`, `+ ${after}`];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const part = (text: string): string => `… ${text.slice(start, text.length - end)} …`;
  return [`- ${part(before)}`, `+ ${part(after)}`];
}

const cut = (line: string): string => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line);
