import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';

/** What the gateway posts once a job has ended. */
export interface WebhookBody {
  request_id: string;
  status: 'OK' | 'ERROR';
  payload: Record<string, unknown> | null;
  error: string | null;
}

/** Posts a job's end, best effort: one retry a second later when the receiver does not answer in the 200s. */
export async function deliverWebhook(url: string, body: WebhookBody): Promise<void> {
  for (const pause of [0, 1_000]) {
    await delay(pause);
    try {
      const answer = await request(url, {
        method: 'POST',
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
