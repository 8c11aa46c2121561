/** Where a test is skipped: Wine is an emulator of Windows, which `npm run windows` may use on another system. */
const PLACES = {
  'not Linux': process.platform !== 'linux',
  Windows: process.platform === 'win32',
  Wine: process.env.WINDOWS_EMULATED !== undefined,
};

/** Tests that cannot pass on a platform. */
interface Skip {
  /** The tests' file, from the project's root. */
  file: string;
  /** Titles of tests, or of groups of them, as the report shows them. */
  titles: readonly string[];
  on: keyof typeof PLACES;
  reason: string;
}

/** All that a platform skips; `test/support/skip.ts` fails where an entry names a test that is not there. */
export const SKIPS: readonly Skip[] = [
  {
    file: 'test/files/allowed-folders.test.ts',
    on: 'not Linux',
    reason: 'there is no /proc, which says where a descriptor leads',
    titles: [
      'readAllowed, judging by descriptor',
      'refuses what the system keeps under /dev, even if that is allowed: /dev/zero',
      'refuses what the system keeps under /proc, even if that is allowed: /proc/self/environ',
      'refuses what the system keeps under /, even if that is allowed: /proc/self/environ',
      'refuses what the system keeps under /, even if that is allowed: /dev/zero',
      'refuses what the system keeps under /sys, even if that is allowed: /sys/kernel/notes',
    ],
  },
  {
    file: 'test/files/allowed-folders.test.ts',
    on: 'not Linux',
    reason: 'a folder may not have two names that differ in their spelling of an accent alone',
    titles: ['lead to the exact one where there are two'],
  },
  {
    file: 'test/downloads/saving.test.ts',
    on: 'not Linux',
    reason: 'there is no /proc, which says where a descriptor leads',
    titles: [
      'what stands in the folder (by descriptor: true)',
      'a folder swapped in mid-transfer does not lead the file elsewhere',
    ],
  },
  {
    file: 'test/e2e/store.test.ts',
    on: 'not Linux',
    reason: 'there is no /proc',
    titles: ['because the folder cannot be made is one clear problem, and other calls go on'],
  },
  {
    file: 'test/files/allowed-folders.test.ts',
    on: 'Windows',
    reason: 'there are no pipes and sockets in folders',
    titles: ['refuses a pipe without waiting for its writer', 'refuses a socket'],
  },
  {
    file: 'test/files/allowed-folders.test.ts',
    on: 'Windows',
    reason: 'no file can have such a name; test/windows/allowed-folders.test.ts has what becomes of the path',
    titles: [
      'refuses the folder’s name in another case',
      'refuses the folder’s name with a dot behind',
      'refuses the folder’s name with a space behind',
      'refuses what is hidden or named like a key: server.pem.',
      'refuses what is hidden or named like a key: server.key ',
      'refuses what is hidden or named like a key: server.key:stream',
    ],
  },
  {
    file: 'test/files/allowed-folders.test.ts',
    on: 'Wine',
    reason: 'Node cannot make or see links',
    titles: [
      'reads through a folder that is allowed by a symbolic link to it',
      'refuses a symbolic link at the end, wherever it leads',
      'follows a symbolic link on the way only as far as it stays inside',
      'refuses a folder swapped for a symbolic link at any moment',
      'is closed to every tool, its own files by any path and name',
    ],
  },
  {
    file: 'test/windows/allowed-folders.test.ts',
    on: 'Wine',
    reason: 'Node cannot make or see links',
    titles: ['a junction is followed only as far as it stays inside'],
  },
  {
    file: 'test/windows/allowed-folders.test.ts',
    on: 'Wine',
    reason: 'the real path of a file is not to be had beyond 260 characters',
    titles: ['a path of more than 260 characters is read in its allowed folder'],
  },
  {
    file: 'test/downloads/saving.test.ts',
    on: 'Wine',
    reason: 'Node cannot make or see links',
    titles: ['is never overwritten: a folder or a link under the file’s name is left alone'],
  },
  {
    file: 'test/downloads/part-file.test.ts',
    on: 'Wine',
    reason: 'a removed file keeps its name until all have closed it, as on Windows before 10',
    titles: [
      'a part that another process has replaced does not lend its name to the other’s unfinished bytes',
      'a part whose hidden name is gone is displaced, and nothing gets the result’s name',
    ],
  },
  {
    file: 'test/jobs/outbox.test.ts',
    on: 'Windows',
    reason: 'nobody can move or remove a database that a process has open',
    titles: ['a store that was replaced'],
  },
  {
    file: 'test/jobs/store/sqlite.test.ts',
    on: 'Windows',
    reason: 'nobody can move or remove a database that a process has open',
    titles: [
      'a file that changes under the server',
      'is found while it is used, and stays refused until it is moved away',
    ],
  },
  {
    file: 'test/jobs/store/sqlite.test.ts',
    on: 'Windows',
    reason: 'there are no file modes',
    titles: ['can be read by its owner alone, and the key is in no byte of it', 'by this account'],
  },
  {
    file: 'test/jobs/store/sqlite.test.ts',
    on: 'Windows',
    reason: 'there are no pipes in folders',
    titles: [
      'never holds the process up: a pipe in place of the file',
      'for want of shared memory keeps its promises with a rollback journal',
    ],
  },
  {
    file: 'test/e2e/store.test.ts',
    on: 'Windows',
    reason: 'nobody can remove a database that a process has open',
    titles: ['refuses one update, is used then, and gets the ids of the last hour'],
  },
  {
    file: 'test/e2e/process.test.ts',
    on: 'Windows',
    reason: 'there are no signals: kill ends a process at once',
    titles: [
      'comes with SIGTERM within 45 s waits on a queued and on a silent job',
      'comes with SIGINT within 45 s waits on a queued and on a silent job',
      'sandbox serves alone until SIGTERM',
      'sandbox serves alone until SIGINT',
      'sandbox for a program has the key that it was given, and prints one line once it is ready',
    ],
  },
  {
    file: 'test/e2e/surroundings.test.ts',
    on: 'Windows',
    reason: 'there are no signals: kill ends a process at once',
    titles: [
      'waits for the answer to a submit when SIGTERM comes, and its id is stored',
      'waits for the answer to a submit when SIGHUP comes, and its id is stored',
      'comes with a signal while the host reads nothing',
    ],
  },
  {
    file: 'test/e2e/surroundings.test.ts',
    on: 'Windows',
    reason: 'there is no shell that closes a descriptor or limits them',
    titles: ['may be no file descriptor at all', 'a low limit of open files changes nothing'],
  },
  {
    file: 'test/e2e/surroundings.test.ts',
    on: 'Windows',
    reason: 'what a Node has started ends with it at once (libuv’s job object), so the server has no time to log why',
    titles: ['comes once the parent is gone, though another process holds stdin'],
  },
  {
    file: 'test/injection/user-text.test.ts',
    on: 'Windows',
    reason: 'no file can have such a name',
    titles: ['the name of a file and what is in it stay data'],
  },
  {
    file: 'test/fuzz/process.test.ts',
    on: 'Windows',
    reason: 'there is no ps',
    titles: ['a server does not grow with each large call'],
  },
  {
    file: 'test/bench/smoke.test.ts',
    on: 'Wine',
    reason: 'its bundler is Go’s, which needs a DLL that is not there',
    titles: ['every line of the benchmark runs and has its figures'],
  },
  {
    file: 'test/docs/team.test.ts',
    on: 'Windows',
    reason: 'its project has a link to a package, which takes a right that users do not have',
    titles: ['a project with the server installed, as the page for teams has it'],
  },
  {
    file: 'test/e2e/surroundings.test.ts',
    on: 'Wine',
    reason: 'Node 20 takes megabytes from a pipe before it answers any of what it has read',
    titles: ['is read no further once some megabytes wait for it, and gets every answer when it reads again'],
  },
  {
    file: 'test/setup/write.test.ts',
    on: 'Windows',
    reason: 'there are no file modes',
    titles: ['keeps its mode, whatever the umask is'],
  },
  {
    file: 'test/setup/setup.test.ts',
    on: 'Wine',
    reason: 'Node cannot make or see links',
    titles: ['is followed: the file that it leads to is changed, and the link stays', 'that leads nowhere is refused'],
  },
  {
    file: 'test/hosts/launch.test.ts',
    on: 'Wine',
    reason: 'Node cannot make or see links',
    titles: [
      'prefers a link on the PATH, which outlives a version, but none of one shell',
      'an installation in a folder for temporary files that is a link, as /tmp is on macOS, is said to pass',
    ],
  },
  {
    file: 'test/doctor/hosts.test.ts',
    on: 'Windows',
    reason: 'its old Node is a shell script',
    titles: ['with an old Node is reported with its version'],
  },
  {
    file: 'test/doctor/hosts.test.ts',
    on: 'Windows',
    reason: 'it lays out Linux, where a command is found on the PATH without .exe',
    titles: [
      'is not missed in a project, by the package’s name, or under another name',
      'that relies on a PATH is doubtful only in a host that may have none',
      'with a relative file is right in a project’s file, where the file is in the project',
    ],
  },
];

/** Why a test is skipped on this machine; undefined where it runs. `titles` are the test's and those of its groups. */
export function reasonToSkip(file: string, titles: readonly string[]): string | undefined {
  const skip = SKIPS.find(skip => skip.file === file && PLACES[skip.on] && skip.titles.some(t => titles.includes(t)));
  return skip && `${skip.on}: ${skip.reason}`;
}
