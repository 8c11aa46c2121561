import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { publicLookup } from '../net/public-lookup.ts';
import { systemResolve } from '../net/resolve.ts';

/** What the gateway posts once a job has ended. */
export interface WebhookBody {
  request_id: string;
  status: 'OK' | 'ERROR';
  payload: Record<string, unknown> | null;
  error: string | null;
}

/**
 * Posts a job's end, best effort: one retry a second later when the receiver does not answer in the 200s.
 *
 * @param anywhere whether the name may lead to an address that is not public
 */
export async function deliverWebhook(url: string, body: WebhookBody, anywhere: boolean): Promise<void> {
  const dispatcher = new Agent(anywhere ? {} : { connect: { lookup: publicLookup(systemResolve) } });
  for (const pause of [0, 1_000]) {
    await delay(pause);
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5_000),
      });
      await answer.body.dump();
      if (answer.statusCode < 300) return;
    } catch {
      // Best effort: the retry is all that the documentation promises.
    }
  }
}
