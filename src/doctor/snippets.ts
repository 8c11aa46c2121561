import { writeSettings } from './formats.ts';
import { type Host, SERVER_NAME } from './hosts.ts';
import type { Launch } from './launch.ts';

/** What a person pastes to add this server to a host: a piece of its settings file, or for Claude Code a command. */
export function snippetFor(host: Host, launch: Launch, platform: NodeJS.Platform): string {
  if (host.name === 'Claude Code') return claudeCommand(launch, platform);
  return writeSettings(host.document(launch), host.format);
}

/** Claude Code's settings file is long and written by Claude Code: its own command adds a server. */
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
