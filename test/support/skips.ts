/** A test that cannot pass on Windows. */
interface Skip {
  /** The test's file, from the project's root. */
  file: string;
  /** Titles as the report shows them. */
  titles: readonly string[];
  /** Wine: it is so only under this emulator of Windows, which `npm run windows` may use on another system. */
  on: 'Windows' | 'Wine';
  reason: string;
}

/** All that is skipped on Windows; `test/support/skip.ts` fails where an entry names a test that is not there. */
export const SKIPS: readonly Skip[] = [
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
    titles: [
      'gets the jobs of the last hour again',
      'does not get jobs that were written over an hour ago',
      'gets the doubts of the last hour again',
      'blocks an equal call while the first request is on its way, and gets its id',
      'gets them before a submit that found it replaced between its look at the outbox and its reservation',
      'gets the id of a request that was on its way, although its row is gone',
      'keeps what polls have brought, when it is the same store after all',
    ],
  },
  {
    file: 'test/e2e/store.test.ts',
    on: 'Windows',
    reason: 'nobody can remove a database that a process has open',
    titles: ['because it was removed is made anew, and gets the ids of its last hour before anything is sent'],
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
      'comes with a signal while the host reads nothing',
    ],
  },
  {
    file: 'test/e2e/surroundings.test.ts',
    on: 'Windows',
    reason: 'there is no shell that closes a descriptor',
    titles: ['may be no file descriptor at all'],
  },
  {
    file: 'test/e2e/surroundings.test.ts',
    on: 'Windows',
    reason: 'what a Node has started ends with it at once (libuv’s job object), so the server has no time to log why',
    titles: ['comes once the parent is gone, though another process holds stdin'],
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
    titles: ['prefers a link on the PATH, which outlives a version, but none of one shell'],
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

/** Why a test is skipped on this machine; undefined where it runs. */
export function reasonToSkip(file: string, title: string): string | undefined {
  const skip = SKIPS.find(skip => skip.file === file && skip.titles.includes(title));
  if (skip === undefined || (skip.on === 'Wine' && process.env.WINDOWS_EMULATED === undefined)) return undefined;
  return `${skip.on}: ${skip.reason}`;
}
