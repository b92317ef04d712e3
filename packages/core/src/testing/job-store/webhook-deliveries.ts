import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { leaseMs, otherTenant, tenant } from './job-store-scene.ts';
import { createWebhookScene } from './webhook-scene.ts';

/** `addWebhookDeliveries`, `listWebhookDeliveries`, `redeliverWebhook`. */
export function describeWebhookDeliveries({ scene }: JobStoreSubject): void {
  describe('deliveries of webhooks', () => {
    it('are written down once for each enabled endpoint of the tenant that wants the type and was made before', async () => {
      const { store } = scene();
      const { endpoint, message, deliveries } = createWebhookScene(scene());
      const told = [await endpoint(), await endpoint({ types: ['job.failed', 'job.queued'] })];
      const others = [await endpoint({ types: ['job.failed'] }), await endpoint({ tenant: otherTenant })];
      const disabled = await endpoint();
      await store.changeWebhook({ tenant, id: disabled.id }, { enabled: false });
      const first = await message({ reference: 'order 7' });
      const later = await endpoint({ afterPosition: await store.feedEnd() });
      expect(await store.addWebhookDeliveries(first)).toBe(2);
      expect(await store.addWebhookDeliveries(first)).toBe(0);
      for (const each of told) {
        expect(await deliveries(each)).toEqual([
          expect.objectContaining({
            ...first,
            endpointId: each.id,
            reference: 'order 7',
            labels: {},
            state: 'pending',
            attempt: 0,
            failures: 0,
            nextAttemptAt: expect.any(Number),
          }),
        ]);
      }
      for (const each of [...others, disabled, later]) expect(await deliveries(each)).toEqual([]);
      expect(await store.addWebhookDeliveries(await message())).toBe(3);
    });

    it('have one id for the same event and endpoint, for ever, also when somebody writes them at the same time', async () => {
      const { store, elsewhere = store, advanceTime } = scene();
      const { endpoint, message, claimOne, deliveries } = createWebhookScene(scene());
      const [one, two] = [await endpoint(), await endpoint()];
      const event = await message();
      const added = await Promise.all([store, elsewhere, store].map((by) => by.addWebhookDeliveries(event)));
      expect(added.reduce((sum, count) => sum + count)).toBe(2);
      const [[first], [second]] = [await deliveries(one), await deliveries(two)];
      expect(first?.id).not.toBe(second?.id);
      await store.settleWebhookDelivery(await claimOne(one), { result: 'delivered', status: 200 });
      await advanceTime(1_000);
      expect(await store.purgeWebhooks({ olderThanMs: 500, limit: 10 })).toBe(1);
      await store.addWebhookDeliveries(event);
      expect((await deliveries(one))[0]?.id).toBe(first?.id);
    });

    it('are not written down of a job that is gone', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, message } = createWebhookScene(scene());
      await endpoint();
      const event = await message();
      await store.cancel({ tenant, id: event.jobId });
      await advanceTime(1_000);
      await store.purge({ olderThanMs: 500, limit: 10 });
      expect(await store.addWebhookDeliveries(event)).toBe(0);
    });

    it('are listed page by page, those of the latest events first, by their state', async () => {
      const { store } = scene();
      const { endpoint, tell, claim } = createWebhookScene(scene());
      const { id: endpointId } = await endpoint();
      const messages = await tell(5);
      const [first] = await claim({ id: endpointId }, 1);
      if (first === undefined) throw new Error('Nothing is due.');
      await store.settleWebhookDelivery(first, { result: 'failed', error: 'status', status: 500 });
      const seen: number[] = [];
      for (let cursor: string | undefined, begun = false; !begun || cursor !== undefined; begun = true) {
        const page = await store.listWebhookDeliveries({ tenant, endpointId, limit: 2, cursor });
        seen.push(...page.deliveries.map(({ position }) => position));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(messages.map(({ position }) => position).toReversed());
      const dead = await store.listWebhookDeliveries({ tenant, endpointId, state: 'dead' });
      expect(dead.deliveries.map(({ id }) => id)).toEqual([first.id]);
      for (const wrong of [{ limit: 0 }, { limit: 1_001 }, { cursor: 'x' }]) {
        const filter = { tenant, endpointId, ...wrong };
        await expect(store.listWebhookDeliveries(filter)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
    });

    it('that have ended are due again when asked for, under their id and with all their attempts', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell, claimOne } = createWebhookScene(scene());
      const hook = await endpoint();
      await tell();
      const dead = await claimOne(hook);
      await store.settleWebhookDelivery(dead, { result: 'failed', error: 'timeout' });
      const id = { tenant, id: dead.id, endpointId: hook.id };
      expect(await store.redeliverWebhook(id)).toMatchObject({
        id: dead.id,
        state: 'pending',
        failures: 0,
        attempt: 1,
        lastError: 'timeout',
        endedAt: undefined,
      });
      await expect(store.redeliverWebhook(id)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
      const again = await claimOne(hook);
      expect(again).toMatchObject({ id: dead.id, attempt: 2 });
      await store.settleWebhookDelivery(again, { result: 'delivered', status: 204 });
      await store.redeliverWebhook(id);
      await advanceTime(leaseMs);
      expect(await claimOne(hook)).toMatchObject({ id: dead.id, attempt: 3 });
      for (const other of [
        { ...id, tenant: otherTenant },
        { ...id, endpointId: dead.id },
        { ...id, id: hook.id },
      ]) {
        await expect(store.redeliverWebhook(other)).rejects.toMatchObject({ code: 'WEBHOOK_DELIVERY_NOT_FOUND' });
      }
    });
  });
}
