import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type JsonObject, omitUndefined } from '../../base/json.ts';
import { type Redact, stringifyRedacted } from '../../base/redact.ts';
import type { JobRows } from './job-rows.ts';
import type { SentDefinition } from './job-store.ts';
import type { Sql, SqlValue } from './sql.ts';

/** Whose definitions are meant. */
interface Sender {
  origin: string;
  /** Nobody for everybody's. */
  tenant: readonly string[];
}

export interface SentFor extends Sender {
  templateId: string;
  /** Doubts of these edits are left out. */
  editsIntent?: string | undefined;
}

/** Gzipped JSON without the key. */
export const compressed = async (definition: JsonObject, redact: Redact): Promise<Uint8Array> =>
  promisify(gzip)(Buffer.from(stringifyRedacted(definition, redact)));

/** What was sent for a template and did not fail, newest first. */
export async function sentDefinitions(rows: JobRows, sent: SentFor, limit: number): Promise<SentDefinition[]> {
  const found = await rows.sql.query(
    `SELECT job_rows.*, definitions.body FROM job_rows ${SENT_FOR(sent)} ORDER BY seq DESC LIMIT ?`,
    [...valuesOf(sent), limit],
  );
  return Promise.all(
    found.map(async row => {
      const { rowId, submittedAt: sentAt, requestId, status, name } = rows.read(row).record;
      const body = await promisify(gunzip)(row.body as Uint8Array);
      const definition = JSON.parse(body.toString('utf8')) as JsonObject;
      return omitUndefined<SentDefinition>({ rowId, sentAt, requestId, status, name, definition });
    }),
  );
}

/** The row of the definition last sent for a template; undefined when there is none. */
export async function lastSent(sql: Sql, sent: SentFor): Promise<unknown> {
  const [row] = await sql.query(`SELECT id FROM jobs ${SENT_FOR(sent)} ORDER BY seq DESC LIMIT 1`, valuesOf(sent));
  return row?.id;
}

/** The templates with such definitions, the most recently sent first. */
export async function sentTemplates(sql: Sql, sender: Sender, limit: number): Promise<string[]> {
  const found = await sql.query(
    `SELECT template_id FROM jobs ${SENT(sender)} AND template_id IS NOT NULL
     GROUP BY template_id ORDER BY max(seq) DESC LIMIT ?`,
    [sender.origin, ...sender.tenant, limit],
  );
  return found.map(row => String(row.template_id));
}

const SENT = ({ tenant }: Sender): string =>
  `JOIN definitions ON job_id = id WHERE origin = ? ${tenant.map(() => 'AND tenant = ?').join('')}
   AND status NOT IN ('FAILED', 'CANCELLED')`;

const SENT_FOR = (sent: SentFor): string =>
  `${SENT(sent)} AND template_id = ? ${sent.editsIntent ? "AND NOT (status = 'UNKNOWN' AND COALESCE(edits_intent, '') = ?)" : ''}`;

const valuesOf = ({ origin, tenant, templateId, editsIntent }: SentFor): SqlValue[] => [
  origin,
  ...tenant,
  templateId,
  ...(editsIntent ? [editsIntent] : []),
];
