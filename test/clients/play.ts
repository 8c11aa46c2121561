// The SDK's clients under this Node: prints for each what went wrong, or null.
import { doMainJob, sandboxOf } from './main-job.ts';
import { SDK_CLIENTS } from './sdk-clients.ts';

const [cli = ''] = process.argv.slice(2);
const played = Object.entries(SDK_CLIENTS).map(async ([name, connect]) => {
  const client = await connect(sandboxOf(process.execPath, cli));
  const wrong = await doMainJob(client).then(
    () => null,
    (error: Error) => error.message,
  );
  await client.close();
  return [name, wrong];
});
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(played))));
