import { it } from 'vitest';
import { CLI } from '../e2e/stdio-server.ts';
import { doMainJob, sandboxOf } from './main-job.ts';
import { SDK_CLIENTS } from './sdk-clients.ts';

const server = sandboxOf(process.execPath, CLI);

it.concurrent.each(Object.entries(SDK_CLIENTS))('%s does the main job and is told of an error', async (_, connect) => {
  const client = await connect(server);
  try {
    await doMainJob(client);
  } finally {
    await client.close();
  }
});
