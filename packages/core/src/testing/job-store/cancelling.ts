import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, otherTenant, tenant } from './job-store-scene.ts';

/** `cancel`. */
export function describeCancelling({ scene }: JobStoreSubject): void {
  describe('cancelling', () => {
    it('cancels a queued job', async () => {
      const { submit, store, read, eventTypes } = scene();
      const { job } = await submit();
      const { job: after, cancelled } = await store.cancel({ tenant, id: job.id });
      expect(cancelled).toBe(true);
      expect(after).toMatchObject({ id: job.id, status: 'cancelled', attempt: 0 });
      expect(after.finishedAt).toBeGreaterThanOrEqual(job.createdAt);
      expect(await read(job.id)).toEqual(after);
      expect(await eventTypes(job.id)).toEqual(['queued', 'cancelled']);
      expect(await store.undispatched({ limit: 10 })).toEqual([]);
    });

    it("cancels a running job; its worker's claim is over", async () => {
      const { submitAndClaim, store, read } = scene();
      const { claim, job } = await submitAndClaim();
      await store.heartbeat(claim, { leaseMs: 1_000, progress: { stage: 'opening' } });
      await store.cancel({ tenant, id: job.id });
      await expect(store.heartbeat(claim, { leaseMs: 1_000 })).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await read(job.id)).toMatchObject({ status: 'cancelled', attempt: 1, progress: undefined });
    });

    it('succeeds for a cancelled job, says so, and adds nothing to its history', async () => {
      const { submit, store, snapshot, read } = scene();
      const { job } = await submit();
      await store.cancel({ tenant, id: job.id });
      const before = await snapshot(job.id);
      expect(await store.cancel({ tenant, id: job.id })).toEqual({
        job: await read(job.id),
        cancelled: false,
      });
      expect(await snapshot(job.id)).toEqual(before);
    });

    it('refuses a job that has completed or failed', async () => {
      const { submitAndClaim, store, snapshot } = scene();
      const completed = await submitAndClaim();
      await store.complete(completed.claim, { outputs: [], summary: {} });
      const failed = await submitAndClaim();
      await store.fail(failed.claim, finalFailure);
      for (const { job } of [completed, failed]) {
        const before = await snapshot(job.id);
        await expect(store.cancel({ tenant, id: job.id })).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
        expect(await snapshot(job.id)).toEqual(before);
      }
    });

    it('knows no job of another tenant, and none under an unknown id', async () => {
      const { submit, store, read } = scene();
      const { job } = await submit();
      await expect(store.cancel({ tenant: otherTenant, id: job.id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      await expect(store.cancel({ tenant, id: crypto.randomUUID() })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      expect((await read(job.id)).status).toBe('queued');
    });
  });
}
