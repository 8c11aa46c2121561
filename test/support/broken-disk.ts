import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folder.ts';

/** What a disk may lack. */
const FAULTS = {
  'locks fail with ENOLCK': { BROKEN_LOCKS: String(constants.errno.ENOLCK) },
  'locks fail with EAGAIN': { BROKEN_LOCKS: String(constants.errno.EAGAIN) },
  'locks fail with EOPNOTSUPP': { BROKEN_LOCKS: String(constants.errno.EOPNOTSUPP) },
  'there is no shared memory': { BROKEN_MMAP: '1' },
  'it is on the network': { BROKEN_TYPE: '26985' },
  'it hangs': { BROKEN_HANGS: '1' },
};
export type DiskFault = keyof typeof FAULTS;

/** Whether such disks can be had here: that takes glibc and a C compiler. */
export const HAS_BROKEN_DISKS =
  process.platform === 'linux' && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;

/** The environment of a server for which the disk below a folder has this fault. */
export function withFault(fault: DiskFault, folder: string): Record<string, string> {
  built ??= build();
  return { LD_PRELOAD: built, BROKEN_BELOW: folder, ...FAULTS[fault] };
}

let built: string | undefined;

function build(): string {
  const { folder, remove } = makeFolder();
  process.once('exit', remove);
  const library = join(folder, 'broken-disk.so');
  const source = fileURLToPath(new URL('broken-disk.c', import.meta.url));
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return library;
}
