import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { nameOf, readToEnd } from './event-feed.ts';
import { tenant } from './job-store-scene.ts';

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
      await store.registerConsumer({ name: 'new', from: 'start' });
      const claim = await store.claimConsumer({ name: 'new', owner: 'a', leaseMs: 1_000 });
      expect(claim).toEqual({ position: end });
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
