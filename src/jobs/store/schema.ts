import { Failure } from '../../base/failure.ts';
import type { Database } from './sql.ts';

/**
 * The schema's versions, each the statements that lead to it from the one before. Written for SQLite and PostgreSQL
 * alike (SQLite stores a BYTEA as the blob that it is). Times are milliseconds since the epoch.
 */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      tenant TEXT NOT NULL,
      request_id TEXT,
      status TEXT NOT NULL,
      owner TEXT,
      fingerprint TEXT,
      definition_hash TEXT,
      template_id TEXT,
      name TEXT,
      submitted_at BIGINT NOT NULL,
      checked_at BIGINT,
      completed_at BIGINT,
      outputs TEXT NOT NULL,
      failure TEXT,
      record_id TEXT,
      cost_usd DOUBLE PRECISION
    )`,
    'CREATE INDEX jobs_by_request ON jobs (tenant, request_id)',
    'CREATE INDEX jobs_by_status ON jobs (tenant, status)',
    'CREATE INDEX jobs_by_time ON jobs (tenant, submitted_at)',
    'CREATE INDEX jobs_by_fingerprint ON jobs (tenant, fingerprint)',
    'CREATE INDEX jobs_by_template ON jobs (tenant, template_id)',
  ],
  [
    // What was sent for a template: gzipped JSON, one row for each job that carried a definition.
    'CREATE TABLE definitions (job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE, body BYTEA NOT NULL)',
  ],
  [
    // When a submit that lies in the future, by a clock that was wrong then or is now, was first met.
    'ALTER TABLE jobs ADD COLUMN met_at BIGINT',
  ],
  [
    // When a process last set out to ask the gateway about the job.
    'ALTER TABLE jobs ADD COLUMN asked_at BIGINT',
  ],
  [
    // With the time at its end an index serves the newest of those it finds; else SQLite goes through all jobs by their
    // time to spare itself the sorting.
    ...['request', 'status', 'fingerprint', 'template'].map(name => `DROP INDEX jobs_by_${name}`),
    'CREATE INDEX jobs_by_request ON jobs (tenant, request_id, submitted_at)',
    'CREATE INDEX jobs_by_fingerprint ON jobs (tenant, fingerprint, submitted_at)',
    'CREATE INDEX jobs_by_template ON jobs (tenant, template_id, submitted_at)',
    'CREATE INDEX jobs_by_status ON jobs (tenant, status, submitted_at, owner)',
  ],
];

/**
 * Brings a database to the newest version, once, however many processes start together.
 *
 * @throws Failure `store_unavailable` when the database is newer than this program
 */
export async function migrate(database: Database, place: string, migrations = MIGRATIONS): Promise<void> {
  await database.transaction('schema', async sql => {
    await sql.query('CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)');
    const [row] = await sql.query('SELECT version FROM schema_version');
    const version = Number(row?.version ?? 0);
    if (version > migrations.length) {
      throw new Failure('store_unavailable', {
        detail: `${place} was written by a newer version of this server (schema ${version}; this one knows ${migrations.length}).`,
        cure: 'Update this server, or give it a store of its own with SHOTSTACK_MCP_DATA_DIR.',
      });
    }
    if (version === migrations.length) return;
    for (const statement of migrations.slice(version).flat()) await sql.query(statement);
    await sql.query('DELETE FROM schema_version');
    await sql.query('INSERT INTO schema_version (version) VALUES (?)', [migrations.length]);
  });
}
