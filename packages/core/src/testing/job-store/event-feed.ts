import { describe, expect, it } from 'vitest';
import type { EventFeed, FeedEntry, FeedEvent, FeedScope } from '../../ports/event-feed.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { leaseMs, otherTenant, tenant } from './job-store-scene.ts';

/** Reads the feed from `after` to its end. */
export async function readToEnd(
  store: EventFeed,
  { scope = 'all-tenants', after = 0, limit }: { scope?: FeedScope; after?: number; limit?: number } = {},
): Promise<{ readonly entries: readonly FeedEntry[]; readonly position: number }> {
  const entries: FeedEntry[] = [];
  let position = after;
  for (;;) {
    const page = await store.readFeed({ scope, after: position, limit });
    entries.push(...page.entries);
    position = page.position;
    if (!page.hasMore) return { entries, position };
  }
}

/** An event as it is told from others. */
export const nameOf = (entry: FeedEntry): string =>
  entry.type === 'reset' ? 'reset' : `${entry.jobId} ${entry.seq} ${entry.type}`;

/** `readFeed` and `feedEnd`. */
export function describeEventFeed({ scene }: JobStoreSubject): void {
  describe('the events of all jobs', () => {
    it('are read in order, each with what the history of its job says', async () => {
      const { submitAndClaim, submit, store } = scene();
      const { claim, job: first } = await submitAndClaim();
      const { job: second } = await submit({ tenant: otherTenant });
      await store.heartbeat(claim, { leaseMs, progress: { stage: 'opening' } });
      const { entries } = await readToEnd(store);
      const events = entries as readonly FeedEvent[];
      const histories = [
        ...(await store.events({ tenant, id: first.id })),
        ...(await store.events({ tenant: otherTenant, id: second.id })),
      ];
      expect(events).toHaveLength(histories.length);
      for (const { position: _, ...event } of events) expect(histories).toContainEqual(event);
      const positions = events.map(({ position }) => position);
      expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
      expect(events.filter(({ jobId }) => jobId === first.id).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    });

    it('come behind what has been read when they are committed after it', async () => {
      const { submit, store } = scene();
      const { job: older } = await submit();
      const { job: newer } = await submit();
      const { position } = await readToEnd(store);
      await store.cancel({ tenant, id: newer.id });
      const second = await readToEnd(store, { after: position });
      await store.cancel({ tenant, id: older.id });
      const third = await readToEnd(store, { after: second.position });
      expect([...second.entries, ...third.entries].map(nameOf)).toEqual([
        `${newer.id} 2 cancelled`,
        `${older.id} 2 cancelled`,
      ]);
      expect((await readToEnd(store, { after: position })).entries).toEqual([...second.entries, ...third.entries]);
    });

    it('are hidden from another tenant', async () => {
      const { submit, store } = scene();
      await submit();
      const { job } = await submit({ tenant: otherTenant });
      await submit();
      const { entries, position } = await readToEnd(store, { scope: { tenant: otherTenant } });
      expect(entries.map(nameOf)).toEqual([`${job.id} 1 queued`]);
      expect(position).toBe(await store.feedEnd());
    });

    it.each(['all-tenants', { tenant }] as const)('are read page by page (%o)', async (scope) => {
      const { submit, store, upload } = scene();
      const { id: inputArtifactId } = await upload();
      for (let index = 0; index < 7; index += 1) await submit({ inputArtifactId });
      const whole = await readToEnd(store, { scope });
      expect(whole.entries).toHaveLength(7);
      for (const limit of [1, 3, 7, 8]) expect(await readToEnd(store, { scope, limit })).toEqual(whole);
      const page = await store.readFeed({ scope, after: 0, limit: 3 });
      expect(page).toEqual({ entries: whole.entries.slice(0, 3), position: whole.entries[2]?.position, hasMore: true });
    });

    it('end behind everything that was committed before', async () => {
      const { submit, store } = scene();
      expect(await store.feedEnd()).toBe(0);
      const { job } = await submit();
      const end = await store.feedEnd();
      expect((await readToEnd(store)).position).toBe(end);
      await store.cancel({ tenant, id: job.id });
      const { entries } = await readToEnd(store, { after: end });
      expect(entries.map(nameOf)).toEqual([`${job.id} 2 cancelled`]);
    });

    it('begin with a reset for a cursor that the database has not given', async () => {
      const { submit, store } = scene();
      await submit();
      const end = await store.feedEnd();
      const page = await store.readFeed({ scope: { tenant }, after: end + 1_000 });
      expect(page).toEqual({ entries: [{ type: 'reset', position: end }], position: end, hasMore: true });
      expect(await store.readFeed({ scope: { tenant }, after: end })).toEqual({
        entries: [],
        position: end,
        hasMore: false,
      });
    });

    it.each([{ after: -1 }, { after: 0.5 }, { after: 0, limit: 0 }, { after: 0, limit: 1_001 }])(
      'refuse to be read with %o',
      async (request) => {
        const reading = scene().store.readFeed({ scope: { tenant }, ...request });
        await expect(reading).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      },
    );
  });
}
