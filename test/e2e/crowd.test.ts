import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import { startRecordingGateway } from '../jobs/store/recording-gateway.ts';
import { startServer } from '../jobs/store/server-process.ts';

const ROUNDS = Number(process.env.CROWD_ROUNDS ?? 2);
const SUBMITS = Number(process.env.CROWD_SUBMITS ?? 25);
const SERVERS = 4;

test(
  `${SERVERS} servers that start at once on a folder that is not there yet get along (${ROUNDS} rounds of ${SUBMITS} submits each)`,
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'crowd-'));
    const gateway = await startRecordingGateway();
    let slowest = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const folder = join(root, String(round), 'made-by-them');
      const servers = await Promise.all(
        Array.from({ length: SERVERS }, () =>
          startServer(gateway.url, folder, { SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0' }),
        ),
      );
      const prompts = (server: number): string[] =>
        Array.from({ length: SUBMITS }, (_, n) => `round ${round} server ${server} submit ${n}`);
      const began = performance.now();
      const replies = await Promise.all(
        servers.flatMap((server, s) =>
          prompts(s).map(async prompt => {
            const reply = await server.call('update_template', { prompt });
            slowest = Math.max(slowest, performance.now() - began);
            return reply;
          }),
        ),
      );
      expect(replies.flatMap(reply => reply.error ?? [])).toEqual([]);
      const ids = replies.map(reply => reply.job?.request_id);
      expect(new Set(ids).size).toBe(SERVERS * SUBMITS);
      for (const server of servers) {
        const { jobs = [] } = await server.call('list_jobs', { limit: 100 });
        expect(jobs).toHaveLength(Math.min(100, SERVERS * SUBMITS));
      }
      await Promise.all(servers.map(server => server.stop()));

      const database = await openSqlite(join(folder, 'jobs.sqlite'));
      const rows = await database.query('SELECT request_id FROM jobs');
      expect(rows.map(row => row.request_id).toSorted()).toEqual(ids.toSorted());
      expect(await database.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      await database.close();
      rmSync(folder, { recursive: true });
    }
    const seen = gateway.submits.map(submit => submit.prompt);
    expect(seen).toHaveLength(ROUNDS * SERVERS * SUBMITS);
    expect(new Set(seen).size).toBe(seen.length);
    process.stdout.write(
      `${ROUNDS} rounds, ${SERVERS} servers, ${SUBMITS} submits each: ${seen.length} jobs, no error; the slowest of ${SUBMITS} at once took ${Math.round(slowest)} ms.\n`,
    );
    await gateway.close();
    rmSync(root, { recursive: true });
  },
  30_000 + ROUNDS * 30_000,
);
