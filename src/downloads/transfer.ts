import { lstat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Failure } from '../base/failure.ts';
import { ENDINGS, endingFor, typeOf } from '../files/file-kinds.ts';
import type { SaveFolder } from '../files/save-folder.ts';
import { causeOf } from '../net/cause.ts';
import { drop, type LinkAnswer, type Links } from './links.ts';
import { discardPart, PartFile } from './part-file.ts';

/** A result on disk, as an agent sees it. */
export interface Saved {
  path: string;
  bytes: number;
  content_type: string;
}

/** How far an output has come when its call's time ran out. */
export interface Under {
  bytes: number;
  total: number | null;
}

/** What is to be saved, and under which name. */
export interface Transfer {
  url: string;
  folder: SaveFolder;
  /** The file's name without its ending. */
  stem: string;
  capBytes: number;
  /** Ends the transfer; what has come stays for the next call. */
  signal: AbortSignal;
  /** Told after every piece. */
  onBytes(bytes: number, total: number | null): void;
}

/** So often a part may be of no use before that counts as the server's habit. */
const MOST_RESTARTS = 2;

/**
 * Saves what a link leads to, going on with what an earlier call has fetched of it. A file that is there already is
 * only told again.
 *
 * @throws Failure `download_failed`, or `file_refused` when the folder cannot be written to
 */
export async function transfer(links: Links, order: Transfer): Promise<Saved | Under> {
  const { folder, stem } = order;
  const saved = await findSaved(folder, stem);
  if (saved) {
    await discardPart(folder, stem).catch(unwritable);
    return saved;
  }
  const part = await PartFile.open(folder, stem).catch(unwritable);
  try {
    const whole = part.size > 0 && part.size === part.origin?.total;
    if (!whole && !(await fetchRest(links, order, part))) return outOfTime(part);
    return await publish(order, part);
  } finally {
    await part.close();
    if (part.size === 0) await discardPart(folder, stem).catch(() => {});
  }
}

/** An output that was saved whole before. */
async function findSaved(folder: SaveFolder, stem: string): Promise<Saved | null> {
  const found = await Promise.all(
    ENDINGS.map(async ending => {
      const name = `${stem}.${ending}`;
      const stats = await lstat(folder.at(name)).catch(() => null);
      return stats?.isFile() && stats.size > 0 ? describe(folder, name, ending, stats.size) : null;
    }),
  );
  return found.find(saved => saved !== null) ?? null;
}

/** Fetches what is missing; false when the time ran out. */
async function fetchRest(links: Links, order: Transfer, part: PartFile): Promise<boolean> {
  const answer = await ask(links, order, part);
  if (answer === null) return false;
  const total = answer.range?.total ?? answer.length;
  try {
    if (total !== null && total > order.capBytes) throw tooLarge(order.capBytes);
    if (answer.status === 200) {
      const { validator, contentType, pathname } = answer;
      await part.begin({ validator, total, ending: endingFor(contentType, pathname) }).catch(unwritable);
    }
  } catch (error) {
    drop(answer.body);
    throw error;
  }
  if (!(await pour(answer.body, total, order, part))) return false;
  if (part.size === 0) throw lasting('The link leads to an empty file.');
  if (total !== null && part.size !== total) throw broken('cut short');
  return true;
}

/** The answer that brings what is missing, or everything; null when the time ran out. */
async function ask(links: Links, { url, signal }: Transfer, part: PartFile): Promise<LinkAnswer | null> {
  const from = part.size > 0 ? part.origin : null;
  const validator = from?.validator ? { 'if-range': from.validator } : {};
  const range = from ? { range: `bytes=${part.size}-`, ...validator } : {};
  let answer = await links.open(url, range, signal);
  if (from && answer.kind === 'answer' && !goesOn(answer, part) && [206, 416].includes(answer.status)) {
    drop(answer.body);
    answer = await links.open(url, {}, signal);
  }
  if (answer.kind === 'refused') throw lasting(`The link was not followed. ${answer.reason}`);
  if (answer.kind === 'broken') {
    if (signal.aborted) return null;
    throw broken(answer.cause);
  }
  const refusal = refuseAnswer(answer, part);
  if (refusal === null) return answer;
  drop(answer.body);
  throw refusal;
}

/** Whether an answer brings just what is missing of the very same contents. */
function goesOn({ status, range, validator }: LinkAnswer, { size, origin }: PartFile): boolean {
  if (status !== 206 || range?.first !== size || !origin) return false;
  const sameVersion = validator === null || origin.validator === null || validator === origin.validator;
  return sameVersion && range.total === (origin.total ?? range.total);
}

function refuseAnswer(answer: LinkAnswer, part: PartFile): Failure | null {
  const { status } = answer;
  if ([401, 403, 404, 410].includes(status)) return lasting('The link has expired or was withdrawn.', status);
  if (status === 429 || status >= 500) return broken(`HTTP ${status}`, status);
  if (status !== 200 && !goesOn(answer, part)) return lasting('The link leads to no file.', status);
  if (/^text\/html\b/i.test(answer.contentType ?? '')) return lasting('The link leads to a web page, not to a file.');
  return answer.encoded ? lasting('The server sends the file in an encoding that was not asked for.') : null;
}

/** Writes down a body as it comes; false when the time ran out. */
async function pour(body: Readable, total: number | null, order: Transfer, part: PartFile): Promise<boolean> {
  try {
    for await (const chunk of body) {
      if (part.size + chunk.length > order.capBytes) throw tooLarge(order.capBytes);
      await part.append(chunk).catch(unwritable);
      order.onBytes(part.size, total);
    }
    return true;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (order.signal.aborted) return false;
    throw broken(causeOf(error));
  }
}

function outOfTime({ size, origin }: PartFile): Under {
  if (origin && origin.restarts >= MOST_RESTARTS)
    throw lasting('The server sends the file from the start each time, and all of it takes longer than one call may.');
  return { bytes: size, total: origin?.total ?? null };
}

async function publish({ folder, stem }: Transfer, part: PartFile): Promise<Saved> {
  const ending = part.origin?.ending ?? 'bin';
  const name = `${stem}.${ending}`;
  const end = await part.publish(name).catch(unwritable);
  if (end === 'done') return describe(folder, name, ending, part.size);
  if (end === 'displaced') throw broken('another call fetches the same output');
  const saved = await findSaved(folder, stem);
  if (saved) return saved;
  throw new Failure('file_refused', {
    detail: 'Something else stands there under the name that the file would have.',
    cure: 'Once they have moved it away, make the very same call again.',
  });
}

function describe(folder: SaveFolder, name: string, ending: string, bytes: number): Saved {
  return { path: folder.shown(name), bytes, content_type: typeOf(ending) };
}

function unwritable(error: unknown): never {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!/^E[A-Z]+$/.test(code)) throw error;
  throw new Failure('file_refused', {
    detail: `The folder cannot be written to (${code}).`,
    cure: 'Once they have made room, or given the right to write there, make the very same call again.',
  });
}

const tooLarge = (capBytes: number): Failure =>
  lasting(`The file is larger than ${Math.floor(capBytes / 1024 / 1024)} MiB, which is the most that is saved.`);

/** A failure that repeating the call does not cure. */
function lasting(detail: string, httpStatus?: number): Failure {
  return new Failure('download_failed', { detail, passing: false, ...(httpStatus ? { httpStatus } : {}) });
}

/** A failure that the very same call may well get over. */
function broken(cause: string, httpStatus?: number): Failure {
  const detail = `The transfer broke (${cause}); what has come so far is kept.`;
  return new Failure('download_failed', { detail, passing: true, ...(httpStatus ? { httpStatus } : {}) });
}
