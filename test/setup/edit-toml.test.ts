import { describe, expect, it } from 'vitest';
import { removeTomlServer, setTomlServer } from '../../src/setup/edit-toml.ts';

const ENTRY = { command: 'node', args: ['/a/cli.js'], env: { KEY: 'k' } };
const TABLE = '[mcp_servers.me]\ncommand = "node"\nargs = [ "/a/cli.js" ]\n\n[mcp_servers.me.env]\nKEY = "k"\n';

describe('a server in TOML', () => {
  it.each([
    ['nothing', '', TABLE],
    ['other tables', '# mine\nmodel = "x"\n\n[mcp_servers.a]\ncommand = "y" # y\n', `\n${TABLE}`],
    ['CRLF', '[mcp_servers.a]\r\ncommand = "y"\r\n', `\r\n${TABLE.replaceAll('\n', '\r\n')}`],
  ])('is appended to %s, and taken out again', (_what, before, added) => {
    const after = setTomlServer(before, 'mcp_servers', 'me', ENTRY);
    expect(after).toBe(before + added);
    expect(removeTomlServer(after, 'mcp_servers', 'me')).toBe(before);
  });

  it('is replaced in place, with its sub-tables, and what follows keeps its comment', () => {
    const before = `[mcp_servers."me"]\ncommand = "old"\nargs = [\n  "a",\n]\n\n[mcp_servers.me.env]\nKEY = "o"\n\n# of b\n[mcp_servers.b]\ncommand = "b"\n`;
    expect(setTomlServer(before, 'mcp_servers', 'me', ENTRY)).toBe(
      `${TABLE}\n# of b\n[mcp_servers.b]\ncommand = "b"\n`,
    );
    expect(removeTomlServer(before, 'mcp_servers', 'me')).toBe('\n# of b\n[mcp_servers.b]\ncommand = "b"\n');
  });

  it('is replaced without losing the comments inside it', () => {
    const before = '[mcp_servers.me]\ncommand = "old"\n# raised for long renders\ntool_timeout_sec = 90\n';
    expect(setTomlServer(before, 'mcp_servers', 'me', ENTRY)).toBe(`# raised for long renders\n${TABLE}`);
  });

  it('does not take a server whose name begins alike', () => {
    const text = '[mcp_servers.me-too]\ncommand = "x"\n';
    expect(removeTomlServer(text, 'mcp_servers', 'me')).toBe(text);
  });
});
