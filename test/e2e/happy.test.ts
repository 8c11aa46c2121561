import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEY } from '../support/keys.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

const ID = 'c546520207fb4b68b0adce825f9dcf6d';
const LINK = 'https://cdn.example.com/result.mp4?signature=abc';
/** A PNG of one pixel. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const EDIT = {
  timeline: {
    background: '#000000',
    tracks: [{ clips: [{ asset: { type: 'title', text: 'ä' }, start: 0.1, length: 5 }] }],
  },
  output: { format: 'mp4', resolution: 'sd' },
  merge: [{ find: 'NAME', replace: 'world' }],
  callback: 'https://example.com/hook',
};

let gateway: RecordingGateway;
let server: StdioServer;

beforeEach(async () => {
  gateway = await RecordingGateway.start((request, response, nth) => {
    if (request.url === '/v1/run') return accept(response, ID, { _call_cost_usd: 0.25 });
    if (request.method === 'POST') return json(response, 200, { cancelled: true });
    if (gateway.requests.some(({ url }) => url.includes('/cancel/')))
      return json(response, 200, { status: 'CANCELLED' });
    if (nth < 3) return json(response, 200, { request_id: ID, status: nth === 1 ? 'IN_QUEUE' : 'IN_PROGRESS' });
    json(response, 200, { request_id: ID, status: 'COMPLETED', result: { outputs: [{ url: LINK }] } });
  });
});
afterEach(async () => {
  await server.stop();
  await gateway.close();
});

const startServer = async (env: Record<string, string> = {}): Promise<void> => {
  server = await StdioServer.start({ gateway: gateway.url, env });
};
const sent = (): Record<string, unknown> => JSON.parse(gateway.requests[0]?.body ?? '');

describe('the main job', () => {
  it('submits at once, follows to the result, and bills once', async () => {
    await startServer();
    const submitted = await server.call('update_template', {
      prompt: 'Mach es rot',
      template_id: 'tpl-1',
      name: 'Promo',
      template: EDIT,
    });
    expect(submitted).toMatchObject({
      ok: true,
      job: { request_id: ID, status: 'IN_QUEUE', terminal: false, cancellable: true, billed: false, cost_usd: 0.25 },
      next: { action: 'call_tool', tool: 'get_status', arguments: { request_id: ID, wait_seconds: 45 } },
    });
    const followed = await server.call('get_status', submitted.next.arguments ?? {});
    expect(followed).toMatchObject({
      ok: true,
      job: { status: 'COMPLETED', terminal: true, billed: true, template_id: 'tpl-1', record_id: `rec_${ID}` },
      next: { action: 'done' },
    });
    expect(followed.job?.outputs).toEqual([{ url: LINK, kind: 'video' }]);
    expect(gateway.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/run',
      ...Array(3).fill(`GET /v1/run/status/${ID}`),
    ]);
  });

  it('cancels a queued job', async () => {
    await startServer();
    expect(await server.call('cancel_job', { request_id: ID })).toMatchObject({
      ok: true,
      cancelled: true,
      job: { status: 'CANCELLED', terminal: true, billed: false },
      next: { action: 'done' },
    });
    expect(gateway.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', `/v1/run/cancel/${ID}`, ''],
      ['GET', `/v1/run/status/${ID}`, ''],
    ]);
  });
});

describe('what goes over the wire', () => {
  it('has every field in its place, the definition JSON-equal to the given one, and async: true', async () => {
    await startServer();
    await server.call('update_template', {
      prompt: 'Mach es rot',
      template_id: 'tpl-1',
      name: 'Promo',
      template: { success: true, response: { id: 'tpl-1', name: 'Old', template: EDIT } },
      duration_seconds: 12,
      aspect_ratio: '9:16',
      resolution: '720p',
      negative_prompt: 'text',
      image: `data:image/png;base64,${PICTURE}`,
      last_frame: PICTURE,
      reference_images: [PICTURE, `data:image/jpeg;base64,${PICTURE}`],
      generate_audio: true,
      webhook_url: 'https://example.com/hook',
      extra_inputs: { seed: 7, nested: { a: [1] } },
    });
    expect(sent()).toEqual({
      model: 'shotstack/template-update',
      async: true,
      webhook_url: 'https://example.com/hook',
      inputs: {
        prompt: 'Mach es rot',
        id: 'tpl-1',
        name: 'Promo',
        template: EDIT,
        duration_seconds: 12,
        aspect_ratio: '9:16',
        resolution: '720p',
        negative_prompt: 'text',
        image: PICTURE,
        last_frame: PICTURE,
        reference_images: [PICTURE, PICTURE],
        generate_audio: true,
        seed: 7,
        nested: { a: [1] },
      },
    });
    expect(gateway.requests[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.stringify((sent().inputs as { template: unknown }).template)).toBe(JSON.stringify(EDIT));
  });

  it('has no field for what was not given', async () => {
    await startServer();
    await server.call('update_template', { prompt: 'Only this' });
    expect(sent()).toEqual({ model: 'shotstack/template-update', async: true, inputs: { prompt: 'Only this' } });
  });

  it('spreads the definition when told to', async () => {
    await startServer({ SHOTSTACK_MCP_TEMPLATE_INPUTS: 'flat' });
    await server.call('update_template', {
      prompt: 'Flat',
      template_id: 't',
      template: { name: 'Inside', template: EDIT },
    });
    expect(sent().inputs).toEqual({ prompt: 'Flat', id: 't', name: 'Inside', ...EDIT });
  });

  it('has the key in one header and nowhere else', async () => {
    await startServer();
    await server.call('update_template', { prompt: 'Say it', template: EDIT });
    await server.call('get_status', { request_id: ID, wait_seconds: 0 });
    await server.call('cancel_job', { request_id: ID });
    expect(gateway.requests).toHaveLength(4);
    for (const { headers, rawHeaders, url, body } of gateway.requests) {
      expect(headers.authorization).toBe(`Bearer ${KEY}`);
      expect(rawHeaders.filter(text => text.includes(KEY))).toHaveLength(1);
      expect(url + body).not.toContain(KEY);
    }
  });
});
