import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { tenant } from '../support/some-jobs.ts';
import {
  answering,
  fast,
  hanging,
  onThisMachine,
  openReceiver,
  openWebhookScene,
  verified,
} from '../support/webhook-scene.ts';

describe.each(['sqlite', 'postgres'] as const)('webhooks on %s', (kind) => {
  it('are told of an event once, signed so that a receiver can verify it', async () => {
    const receiver = await openReceiver(answering(204));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint, secret } = await scene.create(receiver.url);
    await scene.start();
    const jobId = await scene.submit();
    await scene.submit({ owner: 'competitor' });
    await scene.untilStates(endpoint.id, ['delivered']);
    expect(receiver.messages).toHaveLength(1);
    const [message] = receiver.messages;
    expect(verified(secret, message)).toEqual({
      type: 'job.queued',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      data: { jobId, seq: 1, labels: {} },
    });
    const [delivery] = await scene.deliveries(endpoint.id);
    expect(message?.headers).toMatchObject({
      'webhook-id': delivery?.id,
      'content-type': 'application/json',
      'user-agent': 'pubpipe-webhooks',
    });
    expect(delivery).toMatchObject({ attempt: 1, failures: 0, lastStatus: 204, jobId });
    expect(() => verified(`whsec_${randomBytes(32).toString('base64')}`, message)).toThrow('signature');
    expect(() => verified(secret, message && { ...message, body: `${message.body} ` })).toThrow('signature');
  });

  it('are told of what happens from when they were made, also while nobody sends', async () => {
    const receiver = await openReceiver(answering(200));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    await scene.submit();
    const { endpoint } = await scene.create(receiver.url);
    const ids = [await scene.submit(), await scene.submit()];
    await scene.start();
    await scene.untilStates(endpoint.id, ['delivered', 'delivered']);
    const told = receiver.messages.map(({ body }) => (JSON.parse(body) as { data: { jobId: string } }).data.jobId);
    expect(told.toSorted()).toEqual(ids.toSorted());
  });

  it('are signed for with both secrets while one takes the place of the other', async () => {
    const receiver = await openReceiver(answering(200));
    const keys = { secretKeys: [randomBytes(32)] };
    const scene = await openWebhookScene(kind, { ...onThisMachine([receiver]), ...keys });
    const { endpoint, secret } = await scene.create(receiver.url);
    const id = { tenant, id: endpoint.id };
    const rotated = await scene.webhooks.rotateSecret(id);
    await scene.start();
    await scene.submit();
    await scene.untilStates(endpoint.id, ['delivered']);
    const [both] = receiver.messages;
    expect(both?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const each of [secret, rotated.secret]) expect(verified(each, both)).toMatchObject({ type: 'job.queued' });
    const last = await scene.webhooks.rotateSecret(id, { overlapMs: 0 });
    await scene.submit();
    await scene.untilStates(endpoint.id, ['delivered', 'delivered']);
    const [, one] = receiver.messages;
    expect(verified(last.secret, one)).toMatchObject({ type: 'job.queued' });
    for (const each of [secret, rotated.secret]) expect(() => verified(each, one)).toThrow('signature');
  });

  it('keep secrets encrypted where there is a key for that', async () => {
    const scene = await openWebhookScene(kind, { secretKeys: [randomBytes(32)] });
    await scene.create('https://shop.example/');
    const { rows } = await sql<{ secrets: string }>`SELECT secrets FROM pubpipe_webhook_endpoints`.execute(scene.db);
    expect(rows).toEqual([{ secrets: expect.stringContaining('aes256gcm.') }]);
    expect(rows[0]?.secrets).not.toContain('whsec');
  });

  it('are tried again until they take a message, with the same id and body', async () => {
    const receiver = await openReceiver((response, _, count) => answering(count < 3 ? 500 : 200)(response, _, count));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint, secret } = await scene.create(receiver.url);
    const outcomes: string[] = [];
    await scene.start({ ...fast, metrics: { webhookAttempted: ({ outcome }) => void outcomes.push(outcome) } });
    await scene.submit();
    await scene.untilStates(endpoint.id, ['delivered']);
    expect(receiver.messages).toHaveLength(3);
    await expect.poll(() => outcomes).toEqual(['failed', 'failed', 'delivered']);
    expect(new Set(receiver.messages.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    for (const message of receiver.messages) verified(secret, message);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ attempt: 3, failures: 2, lastStatus: 200 }]);
    expect(await scene.webhooks.get({ tenant, id: endpoint.id })).toMatchObject({ failingSince: undefined });
  });

  it('get what was given up again when somebody asks for it, under its id', async () => {
    let status = 500;
    const receiver = await openReceiver((...args) => answering(status)(...args));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    const outcomes: string[] = [];
    await scene.start({ ...fast, metrics: { webhookAttempted: ({ outcome }) => void outcomes.push(outcome) } });
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    await expect.poll(() => outcomes).toEqual(['failed', 'failed', 'failed', 'dead']);
    const [dead] = await scene.deliveries(endpoint.id);
    expect(dead).toMatchObject({ attempt: 4, failures: 4, lastStatus: 500, lastError: 'status' });
    expect(receiver.messages).toHaveLength(4);
    expect(await scene.webhooks.get({ tenant, id: endpoint.id })).toMatchObject({ failingSince: expect.any(Number) });
    status = 200;
    await scene.webhooks.redeliver({ tenant, id: dead?.id ?? '', endpointId: endpoint.id });
    await scene.untilStates(endpoint.id, ['delivered']);
    expect(new Set(receiver.messages.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([dead?.id]));
  });

  it('that say that they are gone are disabled, and told nothing more', async () => {
    const receiver = await openReceiver(answering(410));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    await scene.start();
    await scene.submit();
    await scene.untilStates(endpoint.id, ['dead']);
    expect(await scene.webhooks.get({ tenant, id: endpoint.id })).toMatchObject({ disabled: 'gone' });
    const witness = await scene.create(receiver.url);
    await scene.submit();
    await scene.untilStates(witness.endpoint.id, ['dead']);
    expect(receiver.messages).toHaveLength(2);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ attempt: 1, lastStatus: 410 }]);
  });

  it('that ask for patience are given it', async () => {
    const receiver = await openReceiver(answering(429, { 'Retry-After': '3600' }));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    await scene.start({ pollMs: 20, retry: { baseDelayMs: 1 } });
    await scene.submit();
    await expect.poll(async () => (await scene.deliveries(endpoint.id))[0]?.failures).toBe(1);
    const [delivery] = await scene.deliveries(endpoint.id);
    expect((delivery?.nextAttemptAt ?? 0) - (delivery?.lastAttemptAt ?? 0)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('are each told once by all processes that send', async () => {
    const receiver = await openReceiver(answering(200));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    for (let index = 0; index < 3; index += 1) await scene.start(fast, {});
    for (let index = 0; index < 40; index += 1) await scene.submit();
    await scene.untilStates(
      endpoint.id,
      Array.from({ length: 40 }, () => 'delivered'),
    );
    expect(receiver.messages).toHaveLength(40);
    expect(new Set(receiver.messages.map(({ headers }) => headers['webhook-id'])).size).toBe(40);
  });

  it('get the rest from somebody else when who sends is closed in the middle', async () => {
    const receiver = await openReceiver((...args) => (args[2] === 1 ? hanging : answering(200))(...args));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    const first = await scene.start({ ...fast, timeoutMs: 600_000 });
    await scene.submit();
    await expect.poll(() => receiver.messages.length).toBe(1);
    await first.close({ drainTimeoutMs: 0 });
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ state: 'pending', attempt: 1, failures: 0 }]);
    await scene.start();
    await scene.untilStates(endpoint.id, ['delivered']);
    expect(await scene.deliveries(endpoint.id)).toMatchObject([{ attempt: 2, failures: 0 }]);
  });

  it('forget what they were told long ago', async () => {
    const receiver = await openReceiver(answering(200));
    const scene = await openWebhookScene(kind, onThisMachine([receiver]));
    const { endpoint } = await scene.create(receiver.url);
    const first = await scene.start();
    await scene.submit();
    await scene.untilStates(endpoint.id, ['delivered']);
    await first.close();
    await scene.start({ ...fast, keepEndedMs: 0 });
    await expect.poll(async () => (await scene.deliveries(endpoint.id)).length).toBe(0);
  });
});
