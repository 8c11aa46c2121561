import { KEPT_DEFINITIONS, KEPT_MS, KEPT_ROWS, MAX_CLOCK_SKEW_MS, SUBMITTING_MS } from '../../base/limits.ts';
import type { Sql, SqlValue } from './sql.ts';

const TIMES = ['submitted_at', 'checked_at', 'live_at', 'ended_at', 'asked_at'];

/** Whether a row was left SUBMITTING so long ago that its process must have ended. */
export async function hasAbandoned(sql: Sql, now: number): Promise<boolean> {
  const rows = await sql.query(
    "SELECT 1 FROM jobs WHERE status = 'SUBMITTING' AND (submitted_at < ? OR submitted_at > ?) LIMIT 1",
    [now - SUBMITTING_MS, now + MAX_CLOCK_SKEW_MS],
  );
  return rows.length > 0;
}

/** Rewrites times from the future to now, and makes submits that were left behind doubts. */
export async function tidy(sql: Sql, now: number): Promise<void> {
  const ahead = now + MAX_CLOCK_SKEW_MS;
  await sql.query(
    `UPDATE jobs SET ${TIMES.map(time => `${time} = CASE WHEN ${time} > ? THEN ? ELSE ${time} END`).join(', ')}
     WHERE ${TIMES.map(time => `${time} > ?`).join(' OR ')}`,
    [...TIMES.flatMap((): SqlValue[] => [ahead, now]), ...TIMES.map(() => ahead)],
  );
  await sql.query("UPDATE jobs SET status = 'UNKNOWN' WHERE status = 'SUBMITTING' AND submitted_at < ?", [
    now - SUBMITTING_MS,
  ]);
}

/** Deletes what ended long ago, but neither the newest rows, nor the newest definitions of a template, nor what lifted a doubt. */
export async function prune(sql: Sql, now: number): Promise<void> {
  await sql.query(
    `DELETE FROM jobs WHERE status IN ('COMPLETED', 'FAILED', 'CANCELLED') AND ended_at < ?
     AND seq < (SELECT min(seq) FROM (SELECT seq FROM jobs ORDER BY seq DESC LIMIT ?) AS newest)
     AND NOT EXISTS (
       SELECT 1 FROM jobs AS doubt
       WHERE doubt.status = 'UNKNOWN' AND (doubt.intent = jobs.intent OR doubt.edits_intent = jobs.edits_intent)
       AND doubt.lift < jobs.lift AND doubt.seq < jobs.seq
     )
     AND id NOT IN (
       SELECT job_id FROM (
         SELECT job_id, row_number() OVER (PARTITION BY tenant, origin, template_id ORDER BY seq DESC) AS nth
         FROM definitions JOIN jobs ON jobs.id = job_id WHERE status NOT IN ('FAILED', 'CANCELLED')
       ) AS numbered WHERE nth <= ?
     )`,
    [now - KEPT_MS, KEPT_ROWS, KEPT_DEFINITIONS],
  );
}
