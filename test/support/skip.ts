// Vitest's set-up file: skips what this platform cannot do.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';
import { beforeEach, type RunnerTask } from 'vitest';
import { reasonToSkip, SKIPS } from './skips.ts';

beforeEach(({ task, skip }) => {
  const file = relative(process.cwd(), task.file.filepath).replaceAll('\\', '/');
  const listed = SKIPS.filter(skip => skip.file === file).flatMap(({ titles }) => titles);
  const missing = listed.filter(title => !titlesIn(task.file.tasks).includes(title));
  if (missing.length > 0) throw new Error(`test/support/skips.ts names tests that ${file} does not have: ${missing}`);
  const reason = reasonToSkip(file, titlesOf(task));
  if (reason !== undefined) skip(reason);
});

const titlesIn = (tasks: readonly RunnerTask[]): string[] =>
  tasks.flatMap(task => [task.name, ...('tasks' in task ? titlesIn(task.tasks) : [])]);

const titlesOf = ({ name, suite }: RunnerTask): string[] => [name, ...(suite ? titlesOf(suite) : [])];

// On Windows, the SQLite package for Node 20 keeps a closed database's file open until its statements are garbage-collected, so a
// test's folder may have to be left behind.
if (process.platform === 'win32' && process.versions.node.startsWith('20.')) {
  const { rmSync } = fs;
  fs.rmSync = (path, options) => {
    try {
      rmSync(path, options);
    } catch (error) {
      if (!options?.recursive || (error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    }
  };
  syncBuiltinESMExports();
}
