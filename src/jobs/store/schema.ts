import type { Dialect } from './sql.ts';

/** Below 7 are the schemas of versions that were never published: they are not read, and they refuse this one as newer. */
export const SCHEMA_VERSION = 7;

/**
 * The schema. Times are milliseconds since the epoch; SQLite stores a BYTEA as the blob that it is.
 *
 * `store_id` and `changes` (one more with each write) show whether a database is the one that was used before: a copy that
 * was restored has fewer changes. `seq` gives the order of the rows, since clocks are moved. `open` is derived: a doubt is
 * settled by a later row of its intent with a higher lift that was accepted or is itself in doubt.
 */
export const schema = ({ sequence, prepare }: Dialect): readonly string[] => [
  ...prepare,
  'CREATE TABLE schema_version (version BIGINT NOT NULL, store_id TEXT NOT NULL, changes BIGINT NOT NULL)',
  `CREATE TABLE jobs (
    seq ${sequence},
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    origin TEXT NOT NULL,
    model TEXT,
    intent TEXT,
    edits_intent TEXT,
    lift INTEGER NOT NULL,
    status TEXT NOT NULL,
    request_id TEXT,
    hint TEXT,
    gone INTEGER NOT NULL,
    template_id TEXT,
    name TEXT,
    definition_hash TEXT,
    submitted_at BIGINT NOT NULL,
    checked_at BIGINT,
    live_at BIGINT,
    ended_at BIGINT,
    asked_at BIGINT,
    outputs TEXT NOT NULL,
    result_pending INTEGER NOT NULL,
    result_data TEXT,
    failure TEXT,
    record_id TEXT,
    cost_usd DOUBLE PRECISION
  )`,
  ...['intent', 'edits_intent', 'request_id', 'template_id', 'status', 'submitted_at'].map(
    column => `CREATE INDEX jobs_by_${column} ON jobs (${column}, seq)`,
  ),
  'CREATE TABLE definitions (job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE, body BYTEA NOT NULL)',
  `CREATE VIEW job_rows AS SELECT jobs.*,
    CASE WHEN status = 'UNKNOWN' AND NOT EXISTS (
      SELECT 1 FROM jobs AS later
      WHERE (later.intent = jobs.intent OR later.edits_intent = jobs.edits_intent) AND later.lift > jobs.lift
      AND later.seq > jobs.seq AND later.status <> 'SUBMITTING'
    ) THEN 1 ELSE 0 END AS open
    FROM jobs`,
];
