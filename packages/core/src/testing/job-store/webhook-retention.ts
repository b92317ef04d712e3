import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { otherTenant, tenant } from './job-store-scene.ts';
import { createWebhookScene } from './webhook-scene.ts';

/** `purgeWebhooks`, and what `purge` and `eraseSome` do with webhooks. */
export function describeWebhookRetention({ scene }: JobStoreSubject): void {
  describe('what webhooks were told', () => {
    it('goes when it ended long ago, a bounded number at a time, and what is pending stays', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell, claim, deliveries } = createWebhookScene(scene());
      const hook = await endpoint();
      await tell(5);
      for (const delivery of await claim(hook, 4)) {
        await store.settleWebhookDelivery(delivery, { result: 'delivered', status: 200 });
      }
      await advanceTime(1_000);
      expect(await store.purgeWebhooks({ olderThanMs: 2_000, limit: 3 })).toBe(0);
      expect(await store.purgeWebhooks({ olderThanMs: 500, limit: 3 })).toBe(3);
      expect(await store.purgeWebhooks({ olderThanMs: 500, limit: 3 })).toBe(1);
      expect((await deliveries(hook)).map(({ state }) => state)).toEqual(['pending']);
      for (const wrong of [{ limit: 0 }, { limit: 10_001 }, { olderThanMs: -1 }]) {
        const options = { olderThanMs: 1, limit: 1, ...wrong };
        await expect(store.purgeWebhooks(options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
    });

    it('goes with a removed endpoint, a bounded number at a time', async () => {
      const { store } = scene();
      const { endpoint, tell } = createWebhookScene(scene());
      const [hook] = [await endpoint(), await endpoint()];
      await tell(3);
      await store.removeWebhook({ tenant, id: hook?.id ?? '' });
      const left = async () => {
        const { webhooks, webhookDeliveries } = await store.erasureReport({ tenant });
        return [webhooks, webhookDeliveries];
      };
      expect(await left()).toEqual([2, 6]);
      expect(await store.purgeWebhooks({ olderThanMs: 1_000_000, limit: 2 })).toBe(2);
      expect(await store.purgeWebhooks({ olderThanMs: 1_000_000, limit: 2 })).toBe(1);
      expect(await left()).toEqual([1, 3]);
      expect(await store.purgeWebhooks({ olderThanMs: 1_000_000, limit: 2 })).toBe(0);
    });

    it('goes with a purged job, and what is still to be told is sent all the same', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, message, claim, deliveries } = createWebhookScene(scene());
      const [hook, other] = [await endpoint(), await endpoint()];
      const event = await message({ reference: 'order 7' });
      await store.addWebhookDeliveries(event);
      for (const delivery of await claim(hook)) {
        await store.settleWebhookDelivery(delivery, { result: 'delivered', status: 200 });
      }
      await store.cancel({ tenant, id: event.jobId });
      await advanceTime(1_000);
      const removed = await store.purge({ olderThanMs: 500, limit: 10 });
      expect(removed).toMatchObject({ jobs: 1, webhookDeliveries: 1, webhooks: 0 });
      expect(await deliveries(hook)).toEqual([]);
      expect(await claim(other)).toMatchObject([{ jobId: event.jobId, reference: 'order 7' }]);
    });

    it('is erased with its job, also what is still to be told', async () => {
      const { store } = scene();
      const { endpoint, tell, deliveries } = createWebhookScene(scene());
      const hook = await endpoint();
      const [first, second] = await tell(2);
      const scope = { tenant, jobId: first?.jobId };
      expect(await store.erasureReport(scope)).toMatchObject({ jobs: 1, webhookDeliveries: 1, webhooks: 0 });
      await store.cancelForErasure(scope, { limit: 10 });
      expect(await store.eraseSome(scope, { limit: 10 })).toMatchObject({ jobs: 1, webhookDeliveries: 1, webhooks: 0 });
      expect(await store.erasureReport(scope)).toMatchObject({ webhookDeliveries: 0 });
      expect((await deliveries(hook)).map(({ jobId }) => jobId)).toEqual([second?.jobId]);
    });

    it('is erased with its tenant, endpoints and all, in small steps', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell, message, deliveries } = createWebhookScene(scene());
      const theirs = await endpoint({ tenant: otherTenant });
      await tell(1, otherTenant);
      for (let index = 0; index < 2; index += 1) await endpoint();
      const purged = await message();
      await store.addWebhookDeliveries(purged);
      await store.cancel({ tenant, id: purged.jobId });
      await advanceTime(1_000);
      await store.purge({ olderThanMs: 500, limit: 10 });
      await tell(2);
      expect(await store.erasureReport({ tenant })).toMatchObject({ jobs: 2, webhooks: 2, webhookDeliveries: 6 });
      let removed = { webhooks: 0, webhookDeliveries: 0 };
      for (let goesOn = true; goesOn; ) {
        const cancelled = await store.cancelForErasure({ tenant }, { limit: 1 });
        const some = await store.eraseSome({ tenant }, { limit: 1 });
        removed = {
          webhooks: removed.webhooks + some.webhooks,
          webhookDeliveries: removed.webhookDeliveries + some.webhookDeliveries,
        };
        goesOn = cancelled.length + some.jobs + some.artifacts + some.webhookDeliveries > 0;
      }
      expect(removed).toEqual({ webhooks: 2, webhookDeliveries: 6 });
      expect(await store.erasureReport({ tenant })).toMatchObject({ webhooks: 0, webhookDeliveries: 0 });
      expect(await deliveries(theirs)).toHaveLength(1);
    });
  });
}
