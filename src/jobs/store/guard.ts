import { DUPLICATE_MS, SPEND_WINDOW_MS } from '../../base/limits.ts';
import { isLive, type JobStatus } from '../job.ts';
import type { GuardQuery, Reservation } from './job-store.ts';
import type { Row, Sql } from './sql.ts';

/** Most conflicts that are named. */
const MAX_CONFLICTS = 5;

/** A row that blocks a submit; the caller reads it. */
export interface Block {
  row: Row;
  nextLift: number;
}

/** The row of the same intent that blocks a submit: one that is on its way before any other, then the highest lift. */
export async function findBlock(
  sql: Sql,
  { intent, editsIntent, blocksFrom }: GuardQuery,
  now: number,
): Promise<Block | undefined> {
  const rows = await sql.query(
    'SELECT * FROM job_rows WHERE intent = ? OR edits_intent = ? ORDER BY lift DESC, seq DESC',
    [intent, editsIntent ?? null],
  );
  const [first] = rows;
  if (!first) return undefined;
  const [later] = await sql.query(
    `SELECT max(seq) AS seq FROM jobs WHERE template_id = ? AND origin = ? AND intent IS NOT NULL
     AND status NOT IN ('FAILED', 'CANCELLED', 'SUBMITTING')`,
    [first.template_id ?? null, first.origin ?? null],
  );
  const isSuperseded = ({ seq }: Row): boolean => Number(later?.seq ?? 0) > Number(seq);
  const blocks = (row: Row): boolean => {
    if (row.status === 'SUBMITTING') return true;
    if (Number(row.lift) < blocksFrom) return false;
    if (Number(row.open) === 1 || isLive(row.status as JobStatus)) return true;
    const recent = row.status === 'COMPLETED' && Number(row.ended_at ?? 0) > now - DUPLICATE_MS;
    return recent && !isSuperseded(row);
  };
  const blocking = rows.filter(blocks);
  const row = blocking.find(({ status }) => status === 'SUBMITTING') ?? blocking[0];
  if (!row) return undefined;
  const nextLift = Math.max(...blocking.map(one => Number(one.lift))) + 1;
  return { row, nextLift };
}

/** Set when the submits of the last hour are used up. */
export async function findSpent(
  sql: Sql,
  max: number,
  now: number,
): Promise<Extract<Reservation, { kind: 'spent' }> | undefined> {
  if (max <= 0) return undefined;
  const rows = await sql.query(
    'SELECT submitted_at FROM jobs WHERE intent IS NOT NULL AND submitted_at > ? ORDER BY submitted_at DESC',
    [now - SPEND_WINDOW_MS],
  );
  const oldest = rows[max - 1];
  if (!oldest) return undefined;
  return { kind: 'spent', used: rows.length, nextFreeAt: Number(oldest.submitted_at) + SPEND_WINDOW_MS };
}

/** Live jobs and open doubts of the same template with another definition, newest first. */
export async function findConflicts(
  sql: Sql,
  templateId: string | undefined,
  origin: string,
  definitionHash: string | undefined,
): Promise<Row[]> {
  if (templateId === undefined) return [];
  return sql.query(
    `SELECT * FROM job_rows WHERE template_id = ? AND origin = ? AND COALESCE(definition_hash, '') <> ?
     AND (open = 1 OR status IN ('SUBMITTING', 'IN_QUEUE', 'IN_PROGRESS')) ORDER BY seq DESC LIMIT ?`,
    [templateId, origin, definitionHash ?? '', MAX_CONFLICTS],
  );
}
