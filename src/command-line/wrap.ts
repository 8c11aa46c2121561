const COLUMNS = 80;
/** A command to be copied, which ends a text. */
const COMMAND = /(?<=: )node .*$/;
const JOINED = '\u00a0';

/**
 * A text as lines of at most 80 columns, broken between words; what is longer (a path, a link, a command at its end) has
 * a line to itself.
 */
export function wrap(text: string, indent = '', first = indent): string[] {
  const lines: string[] = [];
  let line = first;
  const joined = text.replace(COMMAND, command => command.replaceAll(' ', JOINED));
  for (const word of joined.split(' ').filter(word => word !== '')) {
    const empty = line === indent || line === first;
    if (!empty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = indent + word;
    } else line += empty ? word : ` ${word}`;
  }
  return [...lines, line].map(line => line.replaceAll(JOINED, ' '));
}
