import { constants, promises as fs } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { SurroundingsFailure } from '../base/failure.ts';
import { storeWords } from '../guidance/surroundings-problems.ts';
import { examineStore, type StoreState } from '../jobs/store/examine.ts';
import { storeFile } from '../jobs/store/open.ts';
import { loadDriver } from '../jobs/store/sqlite-driver.ts';
import { causeOf } from '../net/cause.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Whether this Node can run the server and its store. */
export async function checkNode(): Promise<Check> {
  const version = `Node ${process.versions.node}`;
  try {
    await loadDriver();
  } catch (error) {
    return failed('node', error);
  }
  const driver = isBuiltin('node:sqlite') ? 'its own SQLite' : 'SQLite from @photostructure/sqlite';
  return ok('node', `${version}, with ${driver}.`);
}

/** Where the jobs are kept, and what is there. */
export interface StoreCheckOptions {
  dataDir: string | null;
  databaseUrl: string | null;
  /** Whose jobs are counted; null for everybody's. */
  key: string | null;
}

/** Folders of services that sync; macOS keeps most of them in CloudStorage, and those of iCloud in Mobile Documents. */
const SYNCED = /[\\/](OneDrive|Dropbox|iCloud|Mobile Documents|CloudStorage|Google ?Drive|Nextcloud)\b/i;

/** Whether the store can be read and written. Creates nothing, changes nothing. */
export async function checkStore(place: StoreCheckOptions): Promise<Check[]> {
  const checks: Check[] = [];
  try {
    if (place.databaseUrl === null) {
      const file = storeFile(place.dataDir);
      const folder = await checkDataFolder(dirname(file));
      checks.push(folder);
      if (folder.state === 'fail') return checks;
      const [, service] = SYNCED.exec(file) ?? [];
      if (service) {
        const why = `${service} copies the store’s files while they change: jobs may be lost, or paid twice.`;
        checks.push(warn('data folder', why, 'Name a folder that is not synced with SHOTSTACK_MCP_DATA_DIR.'));
      }
    }
    const state = await examineStore(place, place.key);
    if (state) return [...checks, ...describeStore(state)];
    return [...checks, ok('store', `${storeFile(place.dataDir)} comes with the first job.`)];
  } catch (error) {
    return [...checks, failed('store', error)];
  }
}

function describeStore({ place = 'The store', jobs, openDoubts }: StoreState): Check[] {
  const counts = Object.entries(jobs).map(([status, count]) => `${count} ${status}`);
  const held = counts.length > 0 ? `jobs: ${counts.join(', ')}` : 'no jobs';
  const checks = [ok('store', `${place} opens and is sound; ${held}.`)];
  if (openDoubts > 0) {
    checks.push(
      warn(
        'doubts',
        `${openDoubts} ${openDoubts === 1 ? 'submit was' : 'submits were'} not confirmed: a job may exist.`,
        'Ask the agent for list_jobs with status UNKNOWN, and look at the wholesale dashboard before submitting again.',
      ),
    );
  }
  return checks;
}

const ANOTHER_FOLDER = 'Give this user the right to write there, or name another folder with SHOTSTACK_MCP_DATA_DIR.';

async function checkDataFolder(folder: string): Promise<Check> {
  const there = await fs.stat(folder).catch(() => null);
  if (there && !there.isDirectory()) return fail('data folder', `${folder} is not a folder.`, ANOTHER_FOLDER);
  if (!there) {
    const parent = await nearestAncestor(folder);
    const usable = parent !== null && (await mayUse(parent, constants.W_OK));
    if (usable) return ok('data folder', `${folder} is created with the first job.`);
    return fail('data folder', `${folder} is not there and cannot be created.`, ANOTHER_FOLDER);
  }
  const probe = join(folder, `.doctor-${process.pid}`);
  try {
    await (await fs.open(probe, 'wx', 0o600)).close();
    await fs.unlink(probe);
    return ok('data folder', `${folder} is writable.`);
  } catch (error) {
    return fail('data folder', `${folder} cannot be written to (${causeOf(error)}).`, ANOTHER_FOLDER);
  }
}

/** Whether tools can do in each allowed folder what they are allowed to do. */
export async function checkFolders(folders: readonly string[]): Promise<Check[]> {
  if (folders.length === 0) {
    return [ok('allowed folders', 'None: tools read no files and save none (SHOTSTACK_MCP_ALLOWED_DIRS).')];
  }
  return Promise.all(folders.map(checkFolder));
}

async function checkFolder(folder: string): Promise<Check> {
  const name = 'allowed folders';
  const there = await fs.stat(folder).catch(() => null);
  if (!there?.isDirectory()) {
    const state = there ? 'is not a folder' : 'does not exist';
    return fail(name, `${folder} ${state}.`, 'Create it, or correct SHOTSTACK_MCP_ALLOWED_DIRS.');
  }
  if (!(await mayUse(folder, constants.R_OK | constants.X_OK))) {
    return fail(name, `${folder} cannot be read.`, 'Give this user the right to read it.');
  }
  if (await mayUse(folder, constants.W_OK)) return ok(name, `${folder} can be read and written.`);
  return warn(
    name,
    `${folder} can be read, but results cannot be saved in it.`,
    'Give this user the right to write there.',
  );
}

const mayUse = (path: string, mode: number): Promise<boolean> =>
  fs.access(path, mode).then(
    () => true,
    () => false,
  );

/** The closest folder above that exists; null when a file is in the way. */
async function nearestAncestor(path: string): Promise<string | null> {
  for (let above = dirname(path); ; above = dirname(above)) {
    const there = await fs.stat(above).catch(() => null);
    if (there) return there.isDirectory() ? above : null;
    if (above === dirname(above)) return null;
  }
}

function failed(name: string, error: unknown): Check {
  if (!(error instanceof SurroundingsFailure)) return fail(name, `It cannot be used (${causeOf(error)}).`);
  const { says, cure } = storeWords(error.facts);
  return fail(name, says, cure);
}
