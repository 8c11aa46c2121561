const COLUMNS = 80;

/** A text as lines of at most 80 columns, broken between words; a longer word (a path, a link) has a line to itself. */
export function wrap(text: string, indent = '', first = indent): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ').filter(word => word !== '')) {
    const empty = line === indent || line === first;
    if (!empty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = indent + word;
    } else line += empty ? word : ` ${word}`;
  }
  return [...lines, line];
}
