// Vitest's set-up file on Windows.
import { relative } from 'node:path';
import { beforeEach } from 'vitest';
import { reasonToSkip } from './skips.ts';

beforeEach(({ task, skip }) => {
  const file = relative(process.cwd(), task.file.filepath).replaceAll('\\', '/');
  const reason = reasonToSkip(file, task.name);
  if (reason !== undefined) skip(reason);
});
