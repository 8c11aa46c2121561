import { LONGEST_CALL_SECONDS } from '../../src/doctor/judge-entry.ts';
import { withReference } from '../../src/hosts/entry.ts';
import { writeSettings } from '../../src/hosts/formats.ts';
import { type Host, type Launch, PACKAGE, type Paths, PLATFORMS } from '../../src/hosts/host.ts';
import { HOSTS } from '../../src/hosts/hosts.ts';
import { settingsWith, snippetFor } from '../../src/hosts/launch.ts';
import { HOST_NOTES } from './host-notes.ts';

/** How the page starts the server. */
const FROM_CLONE: Launch = { command: 'node', args: [`/path/to/${PACKAGE}/dist/cli.js`] };
/** How a project starts a copy that is installed in it. */
const VENDORED = `node_modules/${PACKAGE}/dist/cli.js`;

const PLATFORM_NAMES = { darwin: 'macOS', win32: 'Windows', linux: 'Linux' };

/** The page's sections, one a host. */
export const hostSections = (): string => HOSTS.map(hostSection).join('\n\n');

/** The table at the top of the page: the name that setup takes, and how long a call may last. */
export const hostRows = (): string[][] =>
  HOSTS.map(host => [`[${host.name}](#${anchor(host.name)})`, `\`setup ${host.id}\``, limit(host)]);

function hostSection(host: Host): string {
  const notes = HOST_NOTES[host.id];
  if (!notes) throw new Error(`Nothing is said of ${host.name}.`);
  return [
    `## ${host.name}`,
    `\`setup ${host.id}\` writes it to ${files(host.file)}${moved(host)}.${former(host)}`,
    fence(host, snippetFor(host, FROM_CLONE, false)),
    ...(host.projectFiles ? [project(host)] : []),
    `**Then**: ${host.afterwards}`,
    `**Time for a call**: ${notes.callLimit}`,
    ...notes.more,
    `Checked on ${host.checked}: ${host.sources.map((source, i) => `[${i + 1}](${source})`).join(' ')}`,
  ].join('\n\n');
}

function fence({ format }: Host, text: string): string {
  return `\`\`\`${format === 'toml' ? 'toml' : 'json'}\n${text}\n\`\`\``;
}

function files(paths: Paths): string {
  const there = PLATFORMS.filter(platform => paths[platform] !== null);
  const [first] = there.map(platform => paths[platform]);
  if (there.length === PLATFORMS.length && there.every(platform => paths[platform] === first)) return `\`${first}\``;
  return there.map(platform => `\`${paths[platform]}\` (${PLATFORM_NAMES[platform]})`).join(', ');
}

const moved = ({ moved = [] }: Host): string =>
  moved.map(({ variable, replaces }) => `; \`${variable}\`, where it is set, replaces \`${replaces}\``).join('');

const former = ({ former }: Host): string => (former ? ` Before ${former.until}, it read ${files(former.file)}.` : '');

/** A project's file is shared, so the key comes from the environment there, and paths from the project. */
function project(host: Host): string {
  const names = (host.projectFiles ?? []).map(name => `\`${name}\``).join(' or ');
  if (!host.reference) {
    return `**For one project** it reads ${names}. It fills in no variables there that we know of, and a file that is shared must hold no key: leave the key to your own file.`;
  }
  const folder = host.projectFolder === undefined ? '' : `${host.projectFolder}/`;
  const launch = withReference({ command: 'node', args: [folder + VENDORED] }, host.reference);
  const snippet = fence(host, writeSettings(settingsWith(host, launch), host.format));
  const how = `**For one project** (\`setup ${host.id} --project\`, [how](team.md)), ${names}:`;
  return `${how}\n\n${snippet}`;
}

function limit({ callLimit: { seconds } }: Host): string {
  if (seconds === null) return 'not documented';
  return `${seconds.toLocaleString('en')} s${seconds < LONGEST_CALL_SECONDS ? ', raised or waited for by the entry' : ''}`;
}

const anchor = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-');
