import { it } from 'vitest';
import { CLI } from '../support/command.ts';
import { doMainJob, sandboxOf } from './main-job.ts';
import { SDK_CLIENTS } from './sdk-clients.ts';

/** A job takes its seconds, and three clients wait for theirs at once; milliseconds. */
const LONGEST_MS = 120_000;

const server = sandboxOf(process.execPath, CLI);

it.concurrent.each(Object.entries(SDK_CLIENTS))(
  '%s does the main job and gets an error as a result',
  async (_, connect) => {
    const client = await connect(server);
    try {
      await doMainJob(client);
    } finally {
      await client.close();
    }
  },
  LONGEST_MS,
);
