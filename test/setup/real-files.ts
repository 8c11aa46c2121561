import { hostNamed } from '../support/machine.ts';

/** Settings files as people have them, by the host's id: other servers, comments, odd indents, line ends, unknown fields. */
const REAL_FILES: Record<string, string> = {
  'claude-desktop': `{
  "globalShortcut": "Alt+Space",
  "mcpServers": {
    "filesystem": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-filesystem", "/Users/me/Desktop"]
    }
  }
}`,
  'claude-code': `{
  "numStartups": 184,
  "installMethod": "native",
  "tipsHistory": { "new-user-warmup": 3, "memory-command": 170 },
  "projects": {
    "/home/me/site": {
      "allowedTools": [],
      "mcpServers": {},
      "history": [{ "display": "fix \\"it\\"", "pastedContents": {} }]
    }
  },
  "oauthAccount": { "emailAddress": "me@example.com" },
  "mcpServers": {
    "context7": { "type": "http", "url": "https://mcp.context7.com/mcp" }
  },
  "userID": "0f3a"
}
`,
  cursor: '{"mcpServers":{"github":{"command":"docker","args":["run","-i","--rm"],"env":{"TOKEN":"ghp_x"}}}}',
  'vs-code': `{
\t// servers of mine
\t"inputs": [
\t\t{ "type": "promptString", "id": "gh", "description": "GitHub", "password": true },
\t],
\t"servers": {
\t\t"github": {
\t\t\t"url": "https://api.githubcopilot.com/mcp/", /* hosted */
\t\t},
\t},
}
`,
  'copilot-cli': '{\n  "mcpServers": {}\n}\n',
  'jetbrains-copilot':
    '{\n    "servers": {\n        "memory": {\n            "command": "npx",\n            "args": ["-y", "x"]\n        }\n    }\n}\n',
  codex: `# ~/.codex/config.toml
model = "gpt-5-codex"
approval_policy = "on-request"

[mcp_servers.docs]
command = "npx"
args = ["-y", "docs-mcp"]   # pinned later
startup_timeout_sec = 20

[projects."/home/me/site"]
trust_level = "trusted"
`,
  antigravity:
    '{\r\n  "mcpServers": {\r\n    "a": { "serverUrl": "https://example.com/mcp", "disabled": true }\r\n  }\r\n}\r\n',
  'gemini-cli':
    '{\n  "security": { "auth": { "selectedType": "oauth-personal" } },\n  "ui": { "theme": "GitHub" }\n}\n',
  'devin-desktop': '\u{feff}{\n  "mcpServers": {\n    "a": { "command": "uvx", "args": ["a"] }\n  }\n}\n',
  cline:
    '{\n  "mcpServers": {\n    "a": {\n      "autoApprove": [],\n      "disabled": false,\n      "timeout": 60,\n      "command": "node",\n      "args": ["a.js"]\n    }\n  }\n}\n',
  opencode: `{
  "$schema": "https://opencode.ai/config.json",
  "model": "anthropic/claude-sonnet-5-5",
  "mcp": {
    "a": { "type": "local", "command": ["npx", "-y", "a"], "enabled": true },
  },
}
`,
  zed: `// Zed settings
//
// For information on how to configure Zed, see the documentation.
{
  "telemetry": { "metrics": false },
  "context_servers": {
    "a": {
      "source": "custom",
      "command": "a", // from brew
    },
  },
  "buffer_font_size": 14,
}
`,
};

/** The settings file of a host as people have it. */
export function realFile(id: string): string {
  const text = REAL_FILES[hostNamed(id).id];
  if (text === undefined) throw new Error(`There is no file of ${id}.`);
  return text;
}
