import { describe, expect, it } from 'vitest';
import { startProcess } from '../support/child-process.ts';
import { answering, fast, onThisMachine, openReceiver, openWebhookScene, verified } from '../support/webhook-scene.ts';

// Starting processes takes seconds on a busy machine.
const patience = { timeout: 120_000 };

describe.each(['sqlite', 'postgres'] as const)('a process that is killed, on %s', patience, (kind) => {
  it('between a delivery and its record loses nothing: another one sends it again, under the same id', async () => {
    const receiver = await openReceiver(answering(200));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint, secret } = await scene.create(receiver.url);
    const doomed = await startProcess('send-webhooks', [scene.location, String(receiver.port)]);
    doomed.begin();
    await scene.submit();
    await expect.poll(() => receiver.messages.length, { timeout: 30_000 }).toBeGreaterThan(0);
    await doomed.kill();
    const sent = receiver.messages.length;
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ state: 'pending', failures: 0 }]);
    await scene.start(fast);
    await scene.untilStates(endpoint.id, ['delivered']);
    expect(receiver.messages).toHaveLength(sent + 1);
    for (const message of receiver.messages) verified(secret, message);
    expect(new Set(receiver.messages.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('before it has made a delivery loses nothing: another one makes it, once', async () => {
    const receiver = await openReceiver(answering(200));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    const aroundJobStore = (store: typeof scene.store) => ({
      ...store,
      // It has been written down; that it was is never heard of.
      async addWebhookDeliveries(...args: Parameters<typeof store.addWebhookDeliveries>) {
        await store.addWebhookDeliveries(...args);
        throw new Error('The connection was lost.');
      },
    });
    const first = await scene.start({ ...fast, pollMs: 60_000 }, { aroundJobStore });
    await scene.submit();
    await expect.poll(async () => (await scene.deliveries(endpoint.id)).length).toBe(1);
    await first.close();
    await scene.start(fast);
    await scene.submit();
    await scene.untilStates(endpoint.id, ['delivered', 'delivered']);
    expect(receiver.messages).toHaveLength(2);
  });
});
