import { expect, it } from 'vitest';
import { parseCommandLine } from '../../src/command-line/command-line.ts';
import { helpText, terminalNote } from '../../src/command-line/help.ts';
import { HOSTS } from '../../src/hosts/hosts.ts';

it('help has every host, and only examples that the command line takes', () => {
  const text = helpText();
  for (const { id } of HOSTS) expect(text).toContain(id);
  const examples = text.split('Examples\n')[1]?.split('\n\n')[0] ?? '';
  const commands = [...examples.matchAll(/^ {2}shotstack-template-mcp (.+)$/gm)].map(([, words = '']) =>
    words.split(' '),
  );
  expect(commands.length).toBeGreaterThan(3);
  for (const words of commands) expect(() => parseCommandLine(words)).not.toThrow();
});

it('a bare start in a terminal says what it is, how to leave, and what to type instead, at 80 columns', () => {
  const lines = terminalNote().split('\n');
  expect(lines.join(' ')).toMatch(/MCP server.*Ctrl\+C.*setup.*demo.*help/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});
