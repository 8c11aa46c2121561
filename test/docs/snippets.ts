import { LONGEST_CALL_SECONDS } from '../../src/doctor/entry.ts';
import { writeSettings } from '../../src/doctor/formats.ts';
import { HOSTS, type Host, PLATFORMS } from '../../src/doctor/hosts.ts';
import { type Launch, PACKAGE, withKey } from '../../src/doctor/launch.ts';
import { snippetFor } from '../../src/doctor/snippets.ts';

const CLI = `/path/to/${PACKAGE}/dist/cli.js`;
/** How the pages start the server: from a clone, and from npm. */
export const FROM_CLONE: Launch = withKey({ command: 'node', args: [CLI] }, false);
export const FROM_NPM: Launch = withKey({ command: 'npx', args: ['-y', PACKAGE] }, false);

const PLATFORM_NAMES = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' };

/** The page's section about a host. */
function hostSection(host: Host): string {
  const parts = [
    `## ${host.name}`,
    files(host),
    fence(languageOf(host), snippetFor(host, FROM_CLONE, 'linux')),
    ...(host.command ? [projectSnippet(host)] : []),
    `**Time for a call**: ${host.callLimit.said} ([page](${host.callLimit.page})). ${fits(host)}`,
    ...(host.link ? [`**Link** that adds it from npm:\n\n${fence('text', host.link(FROM_NPM))}`] : []),
    `[Its documentation](${host.page})`,
  ];
  return parts.join('\n\n');
}

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

export const hostSections = (): string => HOSTS.map(hostSection).join('\n\n');

export const npxSnippet = (): string =>
  fence('json', JSON.stringify({ command: FROM_NPM.command, args: FROM_NPM.args }));

function files({ file, projectFile }: Host): string {
  const same = PLATFORMS.every(platform => file[platform] === file.linux);
  const own = same
    ? `\`${file.linux}\``
    : PLATFORMS.map(platform => `\`${file[platform]}\` (${PLATFORM_NAMES[platform]})`).join(', ');
  return `${own}${projectFile === undefined ? '' : `; for one project \`${projectFile}\` in its folder`}.`;
}

/** A project's file is shared, so the key comes from the environment there. */
function projectSnippet(host: Host): string {
  const shared = { ...FROM_CLONE, env: { SKILLBOSS_WHOLESALE_KEY: '$' + '{SKILLBOSS_WHOLESALE_KEY}' } };
  const text = `For one project, \`${host.projectFile}\`; it is usually committed, so the key comes from the environment:`;
  return `${text}\n\n${fence('json', writeSettings(host.document(shared), 'json'))}`;
}

function fits({ callLimit: { seconds } }: Host): string {
  const below = `The ${LONGEST_CALL_SECONDS} s that a call may last stay below`;
  if (seconds === null) return `${below} 60 s.`;
  return seconds > 60 ? `More than a call may last (${LONGEST_CALL_SECONDS} s).` : `${below} it.`;
}

/** The snippets hold no comments, even where a host would take them. */
function languageOf({ command, format }: Host): string {
  if (command) return 'sh';
  return format === 'toml' ? 'toml' : 'json';
}
