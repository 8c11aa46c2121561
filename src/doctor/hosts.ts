import type { JsonObject } from '../base/json.ts';
import type { Format } from './formats.ts';
import type { Launch } from './launch.ts';

/** The name under which hosts know this server. */
export const SERVER_NAME = 'shotstack-template';

/** The platforms that hosts run on. */
export const PLATFORMS = ['darwin', 'win32', 'linux'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** A program that starts this server, as its own documentation describes it. */
export interface Host {
  name: string;
  /** Its settings of one user; `~` is the home folder and `%APPDATA%` Windows' folder of that name. */
  file: Record<Platform, string>;
  /** A folder that shows it is here; left out, the one of `file`. */
  folder?: string;
  /** Its settings of one project, seen from the project's folder. */
  projectFile?: string;
  format: Format;
  /** Whether its programs are looked for where a terminal would look. Claude Desktop on macOS has no shell's PATH. */
  hasPath: boolean;
  /** The maps of servers, by name, that a settings file holds. */
  servers(document: JsonObject): unknown[];
  /** Its own command that adds the server, where that is better than writing its settings by hand. */
  command?(launch: Launch, platform: NodeJS.Platform): string;
  /** A whole settings file that has this server in it. */
  document(launch: Launch): JsonObject;
  /** How long it waits for a tool's answer. */
  callLimit: CallLimit;
  /** Where else this server may be, which is not looked at. */
  unseen?: string;
  /** A link that adds the server. */
  link?(launch: Launch): string;
  /** Where all this is documented. */
  page: string;
}

export interface CallLimit {
  /** What it is unless it is changed; null where that is not documented. */
  seconds: number | null;
  /** The field of a server's entry that sets it, and how many seconds one in it stands for. */
  field?: { name: string; unit: number };
  /** The same in words. */
  said: string;
  page: string;
}

const named = (server: object): JsonObject => ({ [SERVER_NAME]: server });
const everywhere = (file: string): Record<Platform, string> => ({ darwin: file, win32: file, linux: file });
const ASKED_KEY = 'shotstack-wholesale-key';

/** The same entry, with the key asked for and stored by VS Code. */
const asking = (launch: Launch): Launch =>
  launch.env ? { ...launch, env: { SKILLBOSS_WHOLESALE_KEY: `\${input:${ASKED_KEY}}` } } : launch;
const inputs = (launch: Launch): JsonObject =>
  launch.env
    ? {
        inputs: [{ type: 'promptString', id: ASKED_KEY, description: 'SkillBoss wholesale key', password: true }],
      }
    : {};

/** Every host that is known, in the order in which they are told. */
export const HOSTS: readonly Host[] = [
  {
    name: 'Claude Desktop',
    file: {
      darwin: '~/Library/Application Support/Claude/claude_desktop_config.json',
      win32: '%APPDATA%\\Claude\\claude_desktop_config.json',
      linux: '~/.config/Claude/claude_desktop_config.json',
    },
    format: 'json',
    hasPath: false,
    servers: document => [document.mcpServers],
    document: launch => ({ mcpServers: named(launch) }),
    unseen: 'If its bundle is installed among the extensions, there is nothing to paste.',
    callLimit: {
      seconds: null,
      said: 'not documented; users measure about 60 s, the default of the MCP SDK',
      page: 'https://github.com/anthropics/claude-code/issues/22542',
    },
    page: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
  },
  {
    name: 'Claude Code',
    file: everywhere('~/.claude.json'),
    folder: '~/.claude',
    projectFile: '.mcp.json',
    format: 'json',
    hasPath: true,
    servers: document => [
      document.mcpServers,
      ...Object.values((document.projects ?? {}) as Record<string, JsonObject | null>).map(
        project => project?.mcpServers,
      ),
    ],
    command: claudeCommand,
    document: launch => ({ mcpServers: named({ type: 'stdio', ...launch }) }),
    callLimit: {
      seconds: 100_000,
      field: { name: 'timeout', unit: 0.001 },
      said: 'about 28 hours; `timeout` in the server’s entry (milliseconds) or `MCP_TOOL_TIMEOUT` change it',
      page: 'https://code.claude.com/docs/en/mcp',
    },
    page: 'https://code.claude.com/docs/en/mcp',
  },
  {
    name: 'Cursor',
    file: everywhere('~/.cursor/mcp.json'),
    projectFile: '.cursor/mcp.json',
    format: 'jsonc',
    hasPath: true,
    servers: document => [document.mcpServers],
    document: launch => ({ mcpServers: named(launch) }),
    callLimit: { seconds: null, said: 'not documented', page: 'https://cursor.com/docs/mcp' },
    link: launch =>
      `cursor://anysphere.cursor-deeplink/mcp/install?name=${SERVER_NAME}&config=${encodeURIComponent(
        Buffer.from(JSON.stringify(launch)).toString('base64'),
      )}`,
    page: 'https://cursor.com/docs/mcp',
  },
  {
    name: 'VS Code',
    file: {
      darwin: '~/Library/Application Support/Code/User/mcp.json',
      win32: '%APPDATA%\\Code\\User\\mcp.json',
      linux: '~/.config/Code/User/mcp.json',
    },
    projectFile: '.vscode/mcp.json',
    format: 'jsonc',
    hasPath: true,
    servers: document => [document.servers],
    document: launch => ({ ...inputs(launch), servers: named({ type: 'stdio', ...asking(launch) }) }),
    callLimit: {
      seconds: null,
      said: 'not documented',
      page: 'https://code.visualstudio.com/docs/copilot/reference/mcp-configuration',
    },
    link: launch =>
      `vscode:mcp/install?${encodeURIComponent(
        JSON.stringify({ name: SERVER_NAME, type: 'stdio', ...asking(launch), ...inputs(launch) }),
      )}`,
    page: 'https://code.visualstudio.com/docs/copilot/reference/mcp-configuration',
  },
  {
    name: 'Codex',
    file: everywhere('~/.codex/config.toml'),
    projectFile: '.codex/config.toml',
    format: 'toml',
    hasPath: true,
    servers: document => [document.mcp_servers],
    document: launch => ({ mcp_servers: named(launch) }),
    callLimit: {
      seconds: 60,
      field: { name: 'tool_timeout_sec', unit: 1 },
      said: '60 s; `tool_timeout_sec` changes it',
      page: 'https://developers.openai.com/codex/mcp',
    },
    page: 'https://developers.openai.com/codex/mcp',
  },
  {
    name: 'Gemini CLI',
    file: everywhere('~/.gemini/settings.json'),
    projectFile: '.gemini/settings.json',
    format: 'jsonc',
    hasPath: true,
    servers: document => [document.mcpServers],
    document: launch => ({ mcpServers: named(launch) }),
    callLimit: {
      seconds: 600,
      field: { name: 'timeout', unit: 0.001 },
      said: '10 minutes; `timeout` (milliseconds) changes it',
      page: 'https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md',
    },
    page: 'https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md',
  },
  {
    name: 'Windsurf',
    file: everywhere('~/.codeium/windsurf/mcp_config.json'),
    format: 'jsonc',
    hasPath: true,
    servers: document => [document.mcpServers],
    document: launch => ({ mcpServers: named(launch) }),
    callLimit: { seconds: null, said: 'not documented', page: 'https://docs.windsurf.com/windsurf/cascade/mcp' },
    page: 'https://docs.windsurf.com/windsurf/cascade/mcp',
  },
  {
    name: 'Zed',
    file: {
      darwin: '~/.config/zed/settings.json',
      win32: '%APPDATA%\\Zed\\settings.json',
      linux: '~/.config/zed/settings.json',
    },
    projectFile: '.zed/settings.json',
    format: 'jsonc',
    hasPath: true,
    servers: document => [document.context_servers],
    document: launch => ({ context_servers: named(launch) }),
    callLimit: {
      seconds: 60,
      field: { name: 'timeout', unit: 1 },
      said: '60 s; `timeout` in the server’s entry or `context_server_timeout` (both in seconds) change it',
      page: 'https://github.com/zed-industries/zed/blob/main/crates/settings_content/src/project.rs',
    },
    page: 'https://zed.dev/docs/ai/mcp',
  },
];

/** Claude Code writes its settings itself, so its own command adds a server. */
function claudeCommand({ command, args, env = {} }: Launch, platform: NodeJS.Platform): string {
  const variables = Object.entries(env).flatMap(([name, text]) => ['--env', `${name}=${text}`]);
  // --env takes every word up to the next option, so another option stands between it and the name.
  const words = ['claude', 'mcp', 'add', ...variables, '--scope', 'user', SERVER_NAME, '--', command, ...args];
  return words.map(word => quoted(word, platform)).join(' ');
}

function quoted(word: string, platform: NodeJS.Platform): string {
  if (/^[\w./:=@%+-]+$/.test(word)) return word;
  return platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}
