/** What the page says of a host beside the facts of the table, by the host's id. */
export interface HostNotes {
  callLimit: string;
  more: readonly string[];
}

const ASSUMED = 'not documented; the default of the MCP SDK, 60 s, is assumed. A call lasts 55 s at most.';

export const HOST_NOTES: Readonly<Record<string, HostNotes>> = {
  'claude-desktop': {
    callLimit: 'not documented; users measure about 60 s. A call lasts 55 s at most.',
    more: [
      'On Windows it has been a package (MSIX) since February 2026, the direct download too: it reads the file in its package’s folder, and “Edit Config” may open the other one. `doctor` says which of them this computer has. For Linux there are unofficial builds only, which are not looked at.',
      'Save the file as UTF-8 without a byte order mark (PowerShell 5 writes one): Claude Desktop cannot read it otherwise. It also takes the bundle that `npm run bundle` makes, and asks for the settings itself.',
    ],
  },
  'claude-code': {
    callLimit:
      'about 28 hours; `timeout` in the entry (milliseconds; below 1000 it is ignored) or `MCP_TOOL_TIMEOUT` change it. It is wall-clock time: progress does not extend it. Calls of over 2 minutes go to the background (2.1.212), which no call of this server reaches.',
    more: [],
  },
  cursor: {
    callLimit: ASSUMED,
    more: [
      'Its command-line agent hands few variables down to servers: see [the job store](#one-job-store-for-all-hosts).',
    ],
  },
  'vs-code': {
    callLimit:
      'none is documented for its own agent. Sessions that run in Copilot CLI’s runtime may have that one’s limit: if calls end early there, set `SHOTSTACK_MCP_MAX_WAIT_SECONDS` to `25` in `env`.',
    more: ['VS Code asks for the key once and keeps it in its secret storage; the file holds none.'],
  },
  'copilot-cli': {
    callLimit:
      '30 s for the listing of tools and for calls, says its reference; users measured 60 s and 180 s. The `timeout` of the snippet (milliseconds) raises it.',
    more: [
      'A server gets `PATH` and what `env` says, nothing else of the environment. `tools` is a field of its own, and it needs it; `type` may be `local` as well. It does not read `.vscode/mcp.json`.',
    ],
  },
  'jetbrains-copilot': {
    callLimit:
      'one report of 30 s a call, and nothing raises it. So the snippet has this server wait for 25 s at most, and the agent asks once more.',
    more: ['The path on Windows is from a report; that on macOS and Linux is the one that most guides name.'],
  },
  codex: {
    callLimit:
      '300 s (120 s before June 2026, 60 s before); `tool_timeout_sec` changes it. A server has 30 s to start.',
    more: [
      'A server gets a short list of variables; `env_vars` hands further ones down, as names or as `{ name = "…", source = "local" }`. A project’s file counts only in a folder that is trusted.',
      'A tool that is marked destructive needs an approval (`update_template`, `cancel_job`). Where nobody can give it (`codex exec`, some editors), the call fails with “user rejected MCP tool call”. `default_tools_approval_mode = "approve"` in the server’s table approves this server’s tools; it then spends money without asking.',
    ],
  },
  antigravity: {
    callLimit: ASSUMED,
    more: [
      'Editor and `agy` share this file. It is not Gemini CLI’s `~/.gemini/settings.json`. No reference to a variable is known to work in it.',
    ],
  },
  'gemini-cli': {
    callLimit: '10 minutes; `timeout` (milliseconds) changes it.',
    more: [
      'For free and personal accounts it ended in June 2026: [Antigravity](#antigravity) replaces it. It keeps variables whose names look like a secret (`KEY` is one) from servers, so the key must stand in `env`, as itself or as `$SKILLBOSS_WHOLESALE_KEY`. In a folder that is not trusted it starts no such server.',
    ],
  },
  'devin-desktop': {
    callLimit: ASSUMED,
    more: ['Windsurf has been called Devin Desktop since June 2026. Its settings are those of the Devin CLI.'],
  },
  cline: {
    callLimit: '60 s; `timeout` in the entry changes it. It is in seconds, 1 to 3600.',
    more: ['The editor’s extension and its command line share this file.'],
  },
  opencode: {
    callLimit: '60 s, the default of the MCP SDK; `timeout` (milliseconds; in version 2 `timeout.request`) changes it.',
    more: [
      'Version 2 has the servers in `mcp.servers`; where a file has that, `setup` writes there (1.18 reads both).',
    ],
  },
  zed: {
    callLimit: '60 s; `timeout` in the entry or `context_server_timeout` (both in seconds) change it.',
    more: [],
  },
};
