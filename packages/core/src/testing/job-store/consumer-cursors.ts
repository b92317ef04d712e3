import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { leaseMs } from './job-store-scene.ts';

const name = 'mailer';
const one = { name, owner: 'one', leaseMs };
const two = { name, owner: 'two', leaseMs };

/** Cursors of consumers. */
export function describeConsumerCursors({ scene }: JobStoreSubject): void {
  describe('the cursor of a consumer', () => {
    it('is made once: before the first event, or behind everything that was committed before', async () => {
      const { store, submit } = scene();
      await submit();
      const end = await store.feedEnd();
      await store.registerConsumer({ name: 'from the start', from: 'start' });
      await store.registerConsumer({ name: 'from the end', from: 'end' });
      await submit();
      await store.registerConsumer({ name: 'from the end', from: 'end' });
      expect(await store.claimConsumer({ ...one, name: 'from the start' })).toEqual({ position: 0 });
      expect(await store.claimConsumer({ ...one, name: 'from the end' })).toEqual({ position: end });
      expect(await store.claimConsumer({ ...one, name: 'never registered' })).toBeUndefined();
      await expect(store.registerConsumer({ name: '', from: 'end' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('is held by one instance of all that ask for it', async () => {
      const { store, elsewhere = store } = scene();
      await store.registerConsumer({ name, from: 'start' });
      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? store : elsewhere).claimConsumer({ name, owner: `instance ${index}`, leaseMs }),
        ),
      );
      expect(claims.filter((claim) => claim !== undefined)).toEqual([{ position: 0 }]);
    });

    it('stays with its instance as long as that renews its lease, and is free when the lease is over', async () => {
      const { store, advanceTime } = scene();
      await store.registerConsumer({ name, from: 'start' });
      await store.claimConsumer(one);
      await advanceTime(leaseMs - 1_000);
      expect(await store.claimConsumer(one)).toEqual({ position: 0 });
      await advanceTime(leaseMs - 1_000);
      expect(await store.claimConsumer(two)).toBeUndefined();
      await store.advanceConsumer({ ...one, from: 0, to: 5 });
      await advanceTime(leaseMs - 1_000);
      expect(await store.claimConsumer(two)).toBeUndefined();
      await advanceTime(2_000);
      expect(await store.claimConsumer(two)).toEqual({ position: 5 });
      expect(await store.claimConsumer(one)).toBeUndefined();
    });

    it('is free at once when its instance has released it, which only that one can', async () => {
      const { store } = scene();
      await store.registerConsumer({ name, from: 'start' });
      await store.claimConsumer(one);
      await store.releaseConsumer(two);
      expect(await store.claimConsumer(two)).toBeUndefined();
      await store.releaseConsumer(one);
      await store.releaseConsumer(one);
      expect(await store.claimConsumer(two)).toEqual({ position: 0 });
    });

    it('is removed for good, also from the instance that holds it, and may be made anew', async () => {
      const { store } = scene();
      await store.registerConsumer({ name, from: 'start' });
      await store.claimConsumer(one);
      await store.advanceConsumer({ ...one, from: 0, to: 5 });
      expect(await store.removeConsumer(name)).toBe(true);
      expect(await store.removeConsumer(name)).toBe(false);
      await expect(store.advanceConsumer({ ...one, from: 5, to: 6 })).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await store.claimConsumer(one)).toBeUndefined();
      await store.registerConsumer({ name, from: 'start' });
      expect(await store.claimConsumer(two)).toEqual({ position: 0 });
    });

    it('moves forward only, from where it stands, by the instance that holds it', async () => {
      const { store, advanceTime } = scene();
      await store.registerConsumer({ name, from: 'start' });
      await store.claimConsumer(one);
      await store.advanceConsumer({ ...one, from: 0, to: 7 });
      await expect(store.advanceConsumer({ ...one, from: 0, to: 8 })).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      await expect(store.advanceConsumer({ ...one, from: 7, to: 7 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await expect(store.advanceConsumer({ ...two, from: 7, to: 8 })).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      await advanceTime(leaseMs + 1);
      expect(await store.claimConsumer(two)).toEqual({ position: 7 });
      await expect(store.advanceConsumer({ ...one, from: 7, to: 9 })).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      await store.releaseConsumer(one);
      await store.advanceConsumer({ ...two, from: 7, to: 8 });
      expect(await store.claimConsumer(two)).toEqual({ position: 8 });
    });
  });
}
