import { describe, expect, it } from 'vitest';
import type { FeedScope } from '../../ports/event-feed.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { nameOf, readToEnd } from './event-feed.ts';
import { finalFailure, otherTenant, tenant } from './job-store-scene.ts';

/** `readFeed` after `purge` and `eraseSome`. */
export function describeFeedRetention({ scene }: JobStoreSubject): void {
  async function cancelledJob(): Promise<string> {
    const { submit, store } = scene();
    const { job } = await submit();
    await store.cancel({ tenant, id: job.id });
    return job.id;
  }
  async function purgeAll(): Promise<void> {
    const { store, advanceTime } = scene();
    await advanceTime(1_000);
    await store.purge({ olderThanMs: 500, limit: 100 });
  }
  const read = (after: number) => scene().store.readFeed({ scope: { tenant }, after });

  describe('purged events', () => {
    it('are a reset for a cursor before them, and nothing for one behind them', async () => {
      const { submit, store } = scene();
      await cancelledJob();
      const end = await store.feedEnd();
      const { job: young } = await submit();
      const rest = await read(end);
      expect(rest.entries.map(nameOf)).toEqual([`${young.id} 1 queued`]);
      await purgeAll();
      for (const after of [0, end - 1]) {
        expect(await read(after)).toEqual({
          entries: [{ type: 'reset', position: end }],
          position: end,
          hasMore: true,
        });
      }
      expect(await read(end)).toEqual(rest);
    });

    it.each([1, 2, 3, 500])('are a reset behind older ones of jobs that are kept, in pages of %i', async (limit) => {
      const { submit, store } = scene();
      const { job: old } = await submit();
      await cancelledJob();
      const { job: older } = await submit();
      await cancelledJob();
      const end = await store.feedEnd();
      await purgeAll();
      const { job: young } = await submit();
      for (const scope of [{ tenant }, 'all-tenants'] as const) {
        const { entries } = await readToEnd(store, { scope, limit });
        const kept = [old, older].map(({ id }) => `${id} 1 queued`);
        expect(entries.map(nameOf)).toEqual([...kept, 'reset', `${young.id} 1 queued`]);
        expect(entries[2]).toEqual({ type: 'reset', position: end });
      }
    });

    it('are no reset in the feed of another tenant, but one in that of all', async () => {
      const { submit, store, advanceTime } = scene();
      const { job: theirs } = await submit({ tenant: otherTenant });
      await cancelledJob();
      await store.feedEnd();
      await advanceTime(1_000);
      await store.purge({ olderThanMs: 500, limit: 100, tenant });
      const names = async (scope: FeedScope) => (await readToEnd(store, { scope })).entries.map(nameOf);
      expect(await names({ tenant: otherTenant })).toEqual([`${theirs.id} 1 queued`]);
      expect(await names({ tenant })).toEqual(['reset']);
      expect(await names('all-tenants')).toEqual([`${theirs.id} 1 queued`, 'reset']);
    });

    it('are a reset for the newest of them, whatever is purged first', async () => {
      const { store, submitAndClaim, advanceTime } = scene();
      const failed = await submitAndClaim();
      await cancelledJob();
      await store.fail(failed.claim, finalFailure);
      const end = await store.feedEnd();
      await advanceTime(1_000);
      await store.purge({ olderThanMs: 500, limit: 100, statuses: ['failed'] });
      await store.purge({ olderThanMs: 500, limit: 100, statuses: ['cancelled'] });
      expect((await read(0)).entries).toEqual([{ type: 'reset', position: end }]);
    });

    it('leave a new consumer at the first one that is kept', async () => {
      const { store, submit } = scene();
      const { job } = await submit();
      await cancelledJob();
      await store.feedEnd();
      await purgeAll();
      await store.registerConsumer({ name: 'new', from: 'start' });
      const claim = await store.claimConsumer({ name: 'new', owner: 'a', leaseMs: 1_000 });
      const { entries } = await readToEnd(store, { after: claim?.position ?? -1 });
      expect(entries.map(nameOf)).toEqual([`${job.id} 1 queued`, 'reset']);
    });

    it('are a reset also when nobody had read them', async () => {
      const { store } = scene();
      await cancelledJob();
      const end = await store.feedEnd();
      await cancelledJob();
      await purgeAll();
      const { entries, position } = await read(end);
      expect(entries.map(nameOf)).toEqual(['reset']);
      expect(await read(position)).toEqual({ entries: [], position, hasMore: false });
    });

    it('leave their positions to nobody else', async () => {
      const { store, submit } = scene();
      await cancelledJob();
      const end = await store.feedEnd();
      await purgeAll();
      const { job } = await submit();
      const { entries } = await read(end);
      expect(entries.map(nameOf)).toEqual([`${job.id} 1 queued`]);
      expect(entries[0]?.position).toBeGreaterThan(end);
    });
  });

  describe('erased events', () => {
    it.each([true, false])('cost no reader an event of another job (read before: %s)', async (isRead) => {
      const { store, submit } = scene();
      const { job: before } = await submit();
      const erased = await cancelledJob();
      const { job: after } = await submit();
      if (isRead) await store.feedEnd();
      await store.eraseSome({ tenant, jobId: erased }, { limit: 10 });
      const { entries } = await readToEnd(store);
      expect(entries.map(nameOf)).toEqual([`${before.id} 1 queued`, `${after.id} 1 queued`]);
    });
  });
}
