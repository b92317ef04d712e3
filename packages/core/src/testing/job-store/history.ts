import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, leaseMs, otherTenant, tenant } from './job-store-scene.ts';

/** `events`. */
export function describeHistory({ scene }: JobStoreSubject): void {
  describe("a job's history", () => {
    it('is numbered 1, 2, 3 … without a gap, in order', async () => {
      const { submitAndClaim, claim: claimAgain, store, output } = scene();
      const { claim, job } = await submitAndClaim();
      await store.heartbeat(claim, { leaseMs, progress: { stage: 'opening' } });
      await store.heartbeat(claim, { leaseMs });
      await store.fail(claim, { ...finalFailure, retryInMs: 0 });
      const second = await claimAgain(job.id);
      await store.complete(second.claim, { outputs: [await output()], summary: {} });
      const events = await store.events({ tenant, id: job.id });
      expect(events.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
        '1 queued',
        '2 started',
        '3 progress',
        '4 retrying',
        '5 started',
        '6 completed',
      ]);
      const times = events.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times[0]).toBe(job.createdAt);
    });

    it('is numbered without a gap also when many write at the same time', async () => {
      const { submitAndClaim, store, elsewhere = store } = scene();
      const { claim, job } = await submitAndClaim();
      await Promise.all(
        Array.from({ length: 30 }, (_, pagesDone) => {
          const progress = { stage: 'exporting', pagesDone } as const;
          return (pagesDone % 2 === 0 ? store : elsewhere).heartbeat(claim, { leaseMs, progress });
        }),
      );
      const events = await store.events({ tenant, id: job.id });
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
      const pages = events.slice(2).map(({ data }) => data['pagesDone']);
      expect(new Set(pages).size).toBe(30);
    });

    it.each([{ after: -1 }, { after: 0.5 }, { limit: 0 }, { limit: 1_001 }])(
      'refuses to be read with %o',
      async (options) => {
        const { submit, store } = scene();
        const { job } = await submit();
        await expect(store.events({ tenant, id: job.id }, options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      },
    );

    it('is read from the entry after `after`, no more than `limit` entries', async () => {
      const { submitAndClaim, store } = scene();
      const { claim, job } = await submitAndClaim();
      await store.cancel({ tenant, id: claim.jobId });
      const read = async (options?: { after?: number; limit?: number }) =>
        (await store.events({ tenant, id: job.id }, options)).map(({ seq }) => seq);
      expect(await read()).toEqual([1, 2, 3]);
      expect(await read({ after: 1 })).toEqual([2, 3]);
      expect(await read({ after: 3 })).toEqual([]);
      expect(await read({ limit: 2 })).toEqual([1, 2]);
      expect(await read({ after: 1, limit: 1 })).toEqual([2]);
    });

    it("is hidden from another tenant, and no other job's", async () => {
      const { submit, store } = scene();
      const { job } = await submit();
      await submit();
      expect(await store.events({ tenant: otherTenant, id: job.id })).toEqual([]);
      const events = await store.events({ tenant, id: job.id });
      expect(events.map(({ jobId }) => jobId)).toEqual([job.id]);
    });
  });
}
