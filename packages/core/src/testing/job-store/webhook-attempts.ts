import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { leaseMs, otherTenant, tenant } from './job-store-scene.ts';
import { createWebhookScene } from './webhook-scene.ts';

/** `dueWebhooks`, `claimWebhookDeliveries`, `settleWebhookDelivery`. */
export function describeWebhookAttempts({ scene }: JobStoreSubject): void {
  describe('an attempt of a webhook delivery', () => {
    it('is due at enabled endpoints of all tenants, page by page', async () => {
      const { store } = scene();
      const { endpoint, tell, due } = createWebhookScene(scene());
      const hooks = [await endpoint(), await endpoint({ tenant: otherTenant }), await endpoint()];
      expect(await due()).toEqual([]);
      await tell();
      await tell(1, otherTenant);
      expect(await due()).toEqual(hooks.map(({ id }) => id));
      const after = hooks[0]?.id;
      expect((await store.dueWebhooks({ after, limit: 1 })).map(({ id }) => id)).toEqual([hooks[1]?.id]);
      await store.changeWebhook({ tenant, id: after ?? '' }, { enabled: false });
      expect(await due()).toEqual([hooks[1]?.id, hooks[2]?.id]);
      await expect(store.dueWebhooks({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('is claimed by one of all that claim it, those that have been due for the longest time first', async () => {
      const { store, elsewhere = store, advanceTime } = scene();
      const { endpoint, message, claim } = createWebhookScene(scene());
      const hook = await endpoint();
      const positions: number[] = [];
      for (let index = 0; index < 6; index += 1) {
        const event = await message();
        positions.push(event.position);
        await store.addWebhookDeliveries(event);
        await advanceTime(1);
      }
      const first = await claim(hook, 2);
      expect(first.map(({ position, attempt }) => [position, attempt])).toEqual(
        positions.slice(0, 2).map((position) => [position, 1]),
      );
      const claims = await Promise.all(
        [store, elsewhere, store, elsewhere].map((by) =>
          by.claimWebhookDeliveries({ endpointId: hook.id, limit: 2, leaseMs }),
        ),
      );
      // One that another was claiming may be left for the next look.
      const rest = [...claims.flat(), ...(await claim(hook))].map(({ position }) => position);
      expect(rest.toSorted((a, b) => a - b)).toEqual(positions.slice(2));
      await expect(claim(hook, 0)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('is due again when its lease is over and nobody has said how it ended, and then belongs to the next', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell, claim, claimOne, due } = createWebhookScene(scene());
      const hook = await endpoint();
      await tell();
      const lost = await claimOne(hook);
      await advanceTime(leaseMs - 1_000);
      expect([await claim(hook), await due()]).toEqual([[], []]);
      await advanceTime(1_000);
      expect(await due()).toEqual([hook.id]);
      const next = await claimOne(hook);
      expect(next).toMatchObject({ id: lost.id, attempt: 2, failures: 0 });
      const late = store.settleWebhookDelivery(lost, { result: 'failed', error: 'timeout' });
      await expect(late).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await store.getWebhook({ tenant, id: hook.id })).toMatchObject({ failingSince: undefined });
      await store.settleWebhookDelivery(next, { result: 'delivered', status: 200 });
      const twice = store.settleWebhookDelivery(next, { result: 'delivered', status: 200 });
      await expect(twice).rejects.toMatchObject({ code: 'CLAIM_LOST' });
    });

    it('ends a delivery that was taken', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell, claimOne, deliveries, due } = createWebhookScene(scene());
      const hook = await endpoint();
      await tell();
      await store.settleWebhookDelivery(await claimOne(hook), { result: 'delivered', status: 204 });
      await advanceTime(leaseMs * 10);
      expect(await due()).toEqual([]);
      expect(await deliveries(hook)).toMatchObject([
        {
          state: 'delivered',
          attempt: 1,
          failures: 0,
          lastStatus: 204,
          lastError: undefined,
          nextAttemptAt: undefined,
        },
      ]);
      expect((await deliveries(hook))[0]?.endedAt).toEqual(expect.any(Number));
    });

    it('that failed is followed by another after its wait, or ends the delivery, and marks the endpoint until one goes well', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell, claim, claimOne, deliveries } = createWebhookScene(scene());
      const hook = await endpoint();
      await tell();
      const failure = { result: 'failed', error: 'status', status: 503 } as const;
      await store.settleWebhookDelivery(await claimOne(hook), { ...failure, retryInMs: 5_000 });
      const { failingSince } = await store.getWebhook({ tenant, id: hook.id });
      expect(failingSince).toEqual(expect.any(Number));
      await advanceTime(4_999);
      expect(await claim(hook)).toEqual([]);
      await advanceTime(1);
      const second = await claimOne(hook);
      expect(second).toMatchObject({ attempt: 2, failures: 1, lastStatus: 503, lastError: 'status' });
      await store.settleWebhookDelivery(second, { result: 'failed', error: 'unreachable' });
      expect(await deliveries(hook)).toMatchObject([
        { state: 'dead', attempt: 2, failures: 2, lastStatus: undefined, lastError: 'unreachable' },
      ]);
      expect(await store.getWebhook({ tenant, id: hook.id })).toMatchObject({ failingSince });
      await tell();
      await store.settleWebhookDelivery(await claimOne(hook), { result: 'delivered', status: 200 });
      expect(await store.getWebhook({ tenant, id: hook.id })).toMatchObject({ failingSince: undefined });
    });

    it('that was handed back is due again after its wait, and is no failure', async () => {
      const { store, advanceTime } = scene();
      const { endpoint, tell, claim, claimOne } = createWebhookScene(scene());
      const hook = await endpoint();
      await tell();
      await store.settleWebhookDelivery(await claimOne(hook), { result: 'handed-back', retryInMs: 0 });
      const second = await claimOne(hook);
      expect(second).toMatchObject({ attempt: 2, failures: 0 });
      await store.settleWebhookDelivery(second, { result: 'handed-back', retryInMs: 1_000 });
      expect(await claim(hook)).toEqual([]);
      await advanceTime(1_000);
      expect(await claimOne(hook)).toMatchObject({ attempt: 3, failures: 0 });
      expect(await store.getWebhook({ tenant, id: hook.id })).toMatchObject({ failingSince: undefined });
    });

    it('that finds the endpoint gone disables it, and what was pending waits until it is enabled', async () => {
      const { store } = scene();
      const { endpoint, tell, claim, due, deliveries } = createWebhookScene(scene());
      const hook = await endpoint();
      await tell(2);
      const [first] = await claim(hook, 1);
      if (first === undefined) throw new Error('Nothing is due.');
      const gone = { result: 'failed', error: 'status', status: 410, isGone: true } as const;
      await store.settleWebhookDelivery(first, gone);
      expect(await store.getWebhook({ tenant, id: hook.id })).toMatchObject({ disabled: 'gone' });
      expect([await due(), await claim(hook)]).toEqual([[], []]);
      await tell();
      expect((await deliveries(hook)).map(({ state }) => state)).toEqual(['pending', 'dead']);
      await store.changeWebhook({ tenant, id: hook.id }, { enabled: true });
      expect(await claim(hook)).toHaveLength(1);
    });

    it('of what is gone meanwhile is over', async () => {
      const { store } = scene();
      const { endpoint, tell, claimOne } = createWebhookScene(scene());
      const hook = await endpoint();
      await tell();
      const delivery = await claimOne(hook);
      await store.eraseSome({ tenant }, { limit: 100 });
      const late = store.settleWebhookDelivery(delivery, { result: 'delivered', status: 200 });
      await expect(late).rejects.toMatchObject({ code: 'CLAIM_LOST' });
    });
  });
}
