import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startWebhooks } from '@pubpipe/core/webhooks';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { openHttpServer, type TestServer } from './support/open-http-server.ts';
import { submit } from './support/submit.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };

/** A webhook, as far as tests look into it. */
interface WebhookAnswer {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly links: { readonly self: string; readonly deliveries: string };
}

interface DeliveryAnswer {
  readonly id: string;
  readonly type: string;
  readonly jobId: string;
  readonly state: string;
  readonly attempt: number;
  readonly links: { readonly redeliver?: string };
}

const json = (method: string, body: unknown) => ({
  method,
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json' },
});

async function create(server: TestServer, body: object = {}): Promise<WebhookAnswer> {
  const response = await server.ask('/webhooks', json('POST', { url: 'https://shop.example/hooks', ...body }));
  expect(response.status).toBe(201);
  return await response.json<WebhookAnswer>();
}

async function deliveriesOf(server: TestServer, { links }: WebhookAnswer, query = '') {
  const response = await server.ask(`${links.deliveries}${query}`);
  return (await response.json<{ readonly deliveries: readonly DeliveryAnswer[] }>()).deliveries;
}

/** A server that webhooks call, until the test has finished. */
async function openReceiver(statuses: number[]) {
  const messages: { readonly headers: Record<string, string>; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    messages.push({ headers: request.headers as Record<string, string>, body: await text(request) });
    response.writeHead(statuses.shift() ?? 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { messages, port, url: `http://127.0.0.1:${port}/hooks` };
}

test('a job that completes is told to a webhook, which verifies it by the secret that it was given', async () => {
  const receiver = await openReceiver([500]);
  const server = await openHttpServer({
    webhooks: { allowHttp: true, allowAddresses: ['127.0.0.1'], allowPorts: [receiver.port] },
  });
  const webhook = await create(server, { url: receiver.url });
  if (server.webhooks === undefined) throw new Error('There are webhooks.');
  const sending = await startWebhooks(server.webhooks, { pollMs: 20, retry: { baseDelayMs: 1, maxAttempts: 2 } });
  onTestFinished(() => sending.close({ drainTimeoutMs: 0 }));
  const job = await (await submit(server, { body: { reference: 'order 7' } })).json<JobAnswer>();
  await expect.poll(() => receiver.messages.length, { timeout: 30_000 }).toBe(2);
  const [first, second] = receiver.messages;
  const told = new Webhook(webhook.secret).verify(second?.body ?? '', second?.headers ?? {});
  expect(told).toMatchObject({ type: 'job.completed', data: { jobId: job.id, reference: 'order 7' } });
  expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
  await expect.poll(async () => (await deliveriesOf(server, webhook))[0]?.state).toBe('delivered');
  const [delivery] = await deliveriesOf(server, webhook, '?state=delivered');
  expect(delivery).toMatchObject({ id: second?.headers['webhook-id'], jobId: job.id, attempt: 2 });
  const again = await server.ask(delivery?.links.redeliver ?? '', { method: 'POST' });
  expect([again.status, (await again.json<DeliveryAnswer>()).state]).toEqual([202, 'pending']);
  await expect.poll(() => receiver.messages.length).toBe(3);
});

test('a secret is shown when it is made and when it is put in the place of another, and never again', async () => {
  const server = await openHttpServer({ pipeline: idle, webhooks: {} });
  const given = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const [webhook, brought] = [await create(server), await create(server, { secret: given })];
  expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(brought.secret).toBe(given);
  const response = await server.ask(`${webhook.links.self}/rotate-secret`, json('POST', { overlapMs: 0 }));
  const rotated = await response.json<WebhookAnswer>();
  expect(rotated).toMatchObject({ id: webhook.id, secret: expect.stringMatching(/^whsec_/) });
  expect(rotated.secret).not.toBe(webhook.secret);
  for (const path of ['/webhooks', webhook.links.self, webhook.links.deliveries]) {
    const answer = await server.ask(path);
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, expect.not.stringMatching(/whsec|secret"/)]);
  }
});

test('a webhook is read, listed page by page, changed and removed', async () => {
  const server = await openHttpServer({ pipeline: idle, webhooks: {} });
  const made = [await create(server, { description: 'the shop', types: ['job.started'] }), await create(server)];
  const [{ links }] = made as [WebhookAnswer];
  expect(await (await server.ask(links.self)).json()).toMatchObject({
    url: 'https://shop.example/hooks',
    description: 'the shop',
    types: ['job.started'],
    enabled: true,
  });
  expect(await (await server.ask(made[1]?.links.self ?? '')).json()).toMatchObject({
    types: ['job.completed', 'job.failed', 'job.cancelled'],
  });
  const page = await server.ask('/webhooks?limit=1');
  const next = /^<(\/print\/webhooks\?[^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
  const second = await (await server.ask(next)).json<{ webhooks: readonly WebhookAnswer[] }>();
  expect(second.webhooks.map(({ id }) => id)).toEqual([made[1]?.id]);
  const changed = await server.ask(links.self, json('PATCH', { enabled: false, description: null }));
  expect(await changed.json()).toMatchObject({ enabled: false, disabledReason: 'request', types: ['job.started'] });
  expect((await server.ask(links.self, { method: 'DELETE' })).status).toBe(204);
  expect((await server.ask(links.self, { method: 'DELETE' })).status).toBe(204);
  expect((await server.ask(links.self)).status).toBe(404);
});

test('a webhook that must not be is refused, and says why', async () => {
  const server = await openHttpServer({ pipeline: idle, webhooks: { maxPerTenant: 1 } });
  for (const [body, pointer] of [
    [{ url: 'http://shop.example/' }, '#/url'],
    [{ url: 'https://127.0.0.1/' }, '#/url'],
    [{ url: 'https://169.254.169.254/latest' }, '#/url'],
    [{ url: 'https://shop.example:22/' }, '#/url'],
    [{ url: 'https://me:secret@shop.example/' }, '#/url'],
    [{}, '#/url'],
    [{ url: 'https://shop.example/', types: [] }, '#/types'],
    [{ url: 'https://shop.example/', types: ['job.progress'] }, '#/types/0'],
    [{ url: 'https://shop.example/', tenant: 'another' }, '#'],
    [{ url: 'https://shop.example/', description: '\0' }, '#/description'],
  ] as const) {
    const response = await server.ask('/webhooks', json('POST', body));
    const problem = await response.json<{ code: string; errors?: readonly { pointer: string }[] }>();
    expect([body, response.status, problem.errors?.[0]?.pointer]).toEqual([body, 400, pointer]);
  }
  const short = await server.ask('/webhooks', json('POST', { url: 'https://shop.example/', secret: 'whsec_eA==' }));
  expect([short.status, (await short.json()).code]).toEqual([400, 'INVALID_INPUT']);
  await create(server);
  const second = await server.ask('/webhooks', json('POST', { url: 'https://shop.example/' }));
  expect([second.status, (await second.json()).code]).toEqual([409, 'TOO_MANY_WEBHOOKS']);
});

test("another tenant's webhook and deliveries are as absent as ones that never were", async () => {
  const server = await openHttpServer({ pipeline: idle, webhooks: {} });
  const { id, links } = await create(server);
  const absent = '01900000-0000-7000-8000-000000000000';
  for (const [method, rest, body] of [
    ['GET', '', undefined],
    ['PATCH', '', {}],
    ['POST', '/rotate-secret', {}],
    ['GET', '/deliveries', undefined],
  ] as const) {
    const answers = [id, absent, 'no-id', '%00'].map(async (asked) => {
      const request = body === undefined ? { method } : json(method, body);
      const response = await server.ask(`/webhooks/${asked}${rest}`, { ...request, tenant: 'another' });
      return [response.status, (await response.json()).code];
    });
    expect(new Set((await Promise.all(answers)).map(String))).toEqual(new Set(['404,WEBHOOK_NOT_FOUND']));
  }
  const redelivery = await server.ask(`/webhooks/${id}/deliveries/${absent}/redeliver`, { method: 'POST' });
  expect([redelivery.status, (await redelivery.json()).code]).toEqual([404, 'WEBHOOK_DELIVERY_NOT_FOUND']);
  expect((await server.ask(links.self, { method: 'DELETE', tenant: 'another' })).status).toBe(204);
  expect((await server.ask(links.self)).status).toBe(200);
  const theirs = await server.ask('/webhooks', { tenant: 'another' });
  expect(await theirs.json()).toEqual({ webhooks: [] });
});

test('without webhooks there are no such routes', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const response = await server.ask('/webhooks');
  expect([response.status, (await response.json()).code]).toEqual([404, 'ROUTE_NOT_FOUND']);
});
