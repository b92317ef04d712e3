import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, leaseMs, loseClaim, patientSweep, tenant } from './job-store-scene.ts';

/** `sweep`: jobs whose worker was lost. */
export function describeRecovering({ scene }: JobStoreSubject): void {
  describe('sweeping recovers jobs of lost workers', () => {
    it('queues a job again whose lease has expired, and says so', async () => {
      const { submitAndClaim, store, advanceTime, read, eventTypes } = scene();
      const { claim, job } = await submitAndClaim();
      await store.heartbeat(claim, { leaseMs, progress: { stage: 'opening' } });
      await advanceTime(leaseMs + 1);
      const { recovered } = await store.sweep(patientSweep);
      expect(recovered).toEqual([{ id: job.id, tenant, type: 'render', status: 'queued', attempt: 1 }]);
      const waiting = await read(job.id);
      expect(waiting).toMatchObject({ status: 'queued', attempt: 1, failures: 0, crashCount: 0, progress: undefined });
      expect((await eventTypes(job.id)).at(-1)).toBe('requeued');
      expect(await store.undispatched({ limit: 10 })).toEqual([{ jobId: job.id, dispatch: 2, priority: 0, tenant }]);
      expect((await store.sweep(patientSweep)).recovered).toEqual([]);
    });

    it('respects a live lease, which a heartbeat renews', async () => {
      const { submitAndClaim, store, advanceTime, snapshot } = scene();
      const { claim, job } = await submitAndClaim();
      await advanceTime(leaseMs - 1_000);
      expect((await store.sweep(patientSweep)).recovered).toEqual([]);
      await store.heartbeat(claim, { leaseMs });
      const before = await snapshot(job.id);
      await advanceTime(leaseMs - 1_000);
      expect((await store.sweep(patientSweep)).recovered).toEqual([]);
      expect(await snapshot(job.id)).toEqual(before);
      await advanceTime(2_000);
      expect((await store.sweep(patientSweep)).recovered).toHaveLength(1);
    });

    it('ends a job as POISONED after maxClaims claims without an end', async () => {
      const current = scene();
      const { submitAndClaim, store, advanceTime, read } = current;
      const { claim, job } = await submitAndClaim();
      const second = await loseClaim(current, claim);
      await loseClaim(current, second.claim);
      await advanceTime(leaseMs + 1);
      const { recovered } = await store.sweep({ ...patientSweep, maxClaims: 3 });
      expect(recovered).toEqual([{ id: job.id, tenant, type: 'render', status: 'failed', attempt: 3 }]);
      const poisoned = await read(job.id);
      expect(poisoned).toMatchObject({ status: 'failed', attempt: 3, failures: 0, error: { code: 'POISONED' } });
      expect(poisoned.finishedAt).toBeDefined();
      const event = (await store.events({ tenant, id: job.id })).at(-1);
      expect(event).toMatchObject({ type: 'failed', data: { code: 'POISONED' } });
    });

    it('does not end a job before maxClaims, and forgets the claims when it is retried by hand', async () => {
      const current = scene();
      const { submitAndClaim, claim: claimAgain, store, advanceTime, read } = current;
      const { claim, job } = await submitAndClaim();
      const sweep = { ...patientSweep, maxClaims: 2 };
      await advanceTime(leaseMs + 1);
      expect((await store.sweep(sweep)).recovered).toMatchObject([{ status: 'queued' }]);
      await claimAgain(job.id);
      await advanceTime(leaseMs + 1);
      expect((await store.sweep(sweep)).recovered).toMatchObject([{ status: 'failed' }]);
      await store.retry({ tenant, id: job.id });
      expect((await claimAgain(job.id)).claim.attempt).toBe(claim.attempt + 2);
      await advanceTime(leaseMs + 1);
      expect((await store.sweep(sweep)).recovered).toMatchObject([{ status: 'queued' }]);
      expect((await read(job.id)).error).toBeUndefined();
    });

    it('counts claims without an end anew after a reported failure, which is one', async () => {
      const current = scene();
      const { submitAndClaim, claim: claimAgain, store, advanceTime } = current;
      const { claim, job } = await submitAndClaim();
      const second = await loseClaim(current, claim);
      await store.fail(second.claim, { ...finalFailure, retryInMs: 0 });
      await claimAgain(job.id);
      await advanceTime(leaseMs + 1);
      const { recovered } = await store.sweep({ ...patientSweep, maxClaims: 2 });
      expect(recovered).toMatchObject([{ id: job.id, status: 'queued' }]);
    });

    it('is bounded by limit; the next sweep does the rest', async () => {
      const { submitAndClaim, store, advanceTime } = scene();
      for (let index = 0; index < 5; index += 1) await submitAndClaim();
      await advanceTime(leaseMs + 1);
      const counts: number[] = [];
      for (let index = 0; index < 4; index += 1) {
        counts.push((await store.sweep({ ...patientSweep, limit: 2 })).recovered.length);
      }
      expect(counts).toEqual([2, 2, 1, 0]);
      expect((await store.countByStatus()).queued).toBe(5);
    });

    it('is refused with a limit that is none', async () => {
      for (const limit of [0, 1_001, 0.5]) {
        await expect(scene().store.sweep({ ...patientSweep, limit })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
    });

    it('recovers each job once when several processes sweep at the same time', async () => {
      const { submitAndClaim, store, elsewhere = store, advanceTime, eventTypes } = scene();
      const jobs = [];
      for (let index = 0; index < 6; index += 1) jobs.push((await submitAndClaim()).job.id);
      await advanceTime(leaseMs + 1);
      const sweepers = [store, elsewhere, store, elsewhere];
      const results = await Promise.all(sweepers.map((sweeper) => sweeper.sweep(patientSweep)));
      const recovered = results.flatMap((result) => result.recovered.map(({ id }) => id));
      expect(recovered.toSorted()).toEqual(jobs.toSorted());
      for (const id of jobs) expect(await eventTypes(id)).toEqual(['queued', 'started', 'requeued']);
    });
  });
}
