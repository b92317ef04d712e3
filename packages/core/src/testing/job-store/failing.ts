import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, leaseMs, tenant } from './job-store-scene.ts';

/** `fail` and `release`. */
export function describeFailing({ scene }: JobStoreSubject): void {
  describe('a failure', () => {
    it('ends the job as failed, and says why', async () => {
      const { submitAndClaim, store, read } = scene();
      const { claim, job } = await submitAndClaim();
      await store.fail(claim, finalFailure);
      const { code, message, details } = finalFailure;
      const failed = await read(job.id);
      expect(failed).toMatchObject({ status: 'failed', failures: 1, crashCount: 0, error: { code, message, details } });
      expect(failed.finishedAt).toBeGreaterThanOrEqual(job.createdAt);
      expect((await store.events({ tenant, id: job.id })).at(-1)).toMatchObject({
        type: 'failed',
        data: { attempt: 1, code, message, details },
      });
    });

    it('queues the job again, not to be claimed before its wait is over', async () => {
      const { submitAndClaim, store, read, advanceTime, eventTypes } = scene();
      const { claim, job } = await submitAndClaim();
      await store.fail(claim, { ...finalFailure, retryInMs: 30_000 });
      const waiting = await read(job.id);
      expect(waiting).toMatchObject({ status: 'queued', failures: 1, finishedAt: undefined, progress: undefined });
      expect(waiting.error?.code).toBe(finalFailure.code);
      expect(await eventTypes(job.id)).toEqual(['queued', 'started', 'retrying']);
      expect(await store.undispatched({ limit: 10 })).toEqual([]);
      expect(await store.claim({ jobId: job.id, owner: 'worker', leaseMs })).toBeUndefined();
      await advanceTime(30_000);
      expect(await store.undispatched({ limit: 10 })).toEqual([{ jobId: job.id, dispatch: 2, priority: 0, tenant }]);
      const second = await store.claim({ jobId: job.id, owner: 'worker', leaseMs });
      expect(second).toMatchObject({ claim: { attempt: 2 }, job: { failures: 1 } });
    });

    it('that is an outage is no failure but a claim without an end, and an end forgets those', async () => {
      const { submitAndClaim, claim: claimAgain, store, read } = scene();
      const { claim, job } = await submitAndClaim();
      const outage = { ...finalFailure, code: 'STORE_UNAVAILABLE', isOutage: true } as const;
      await store.fail(claim, { ...outage, retryInMs: 0 });
      await store.fail((await claimAgain(job.id)).claim, { ...outage, retryInMs: 0 });
      expect(await read(job.id)).toMatchObject({ status: 'queued', failures: 0, lostClaims: 2 });
      await store.fail((await claimAgain(job.id)).claim, { ...finalFailure, retryInMs: 0 });
      expect(await read(job.id)).toMatchObject({ status: 'queued', failures: 1, lostClaims: 0 });
      await store.fail((await claimAgain(job.id)).claim, outage);
      expect(await read(job.id)).toMatchObject({ status: 'failed', failures: 1, error: { code: 'STORE_UNAVAILABLE' } });
    });

    it('is counted, and counted as a crash if it was one', async () => {
      const { submitAndClaim, claim: claimAgain, store, read } = scene();
      const { claim, job } = await submitAndClaim();
      await store.fail(claim, { ...finalFailure, crashed: true, retryInMs: 0 });
      await store.fail((await claimAgain(job.id)).claim, { ...finalFailure, retryInMs: 0 });
      await store.fail((await claimAgain(job.id)).claim, { ...finalFailure, crashed: true });
      expect(await read(job.id)).toMatchObject({ status: 'failed', attempt: 3, failures: 3, crashCount: 2 });
    });
  });

  describe('handing back', () => {
    it('queues the job, due at once, and costs no attempt', async () => {
      const { submitAndClaim, store, read, eventTypes } = scene();
      const { claim, job } = await submitAndClaim();
      await store.heartbeat(claim, { leaseMs, progress: { stage: 'opening' } });
      expect(await store.release(claim, { maxClaims: 20 })).toBe('queued');
      const waiting = await read(job.id);
      expect(waiting).toMatchObject({ status: 'queued', failures: 0, crashCount: 0, progress: undefined });
      expect(waiting.error).toBeUndefined();
      expect((await eventTypes(job.id)).at(-1)).toBe('requeued');
      expect(await store.undispatched({ limit: 10 })).toEqual([{ jobId: job.id, dispatch: 2, priority: 0, tenant }]);
      const again = await store.claim({ jobId: job.id, owner: 'another worker', leaseMs });
      expect(again?.claim.attempt).toBe(2);
    });

    it('ends a job as POISONED after maxClaims claims without an end, and says so', async () => {
      const { submitAndClaim, store, read, eventTypes } = scene();
      const { claim, job } = await submitAndClaim();
      expect(await store.release(claim, { maxClaims: 1 })).toBe('failed');
      expect(await read(job.id)).toMatchObject({ status: 'failed', failures: 0, error: { code: 'POISONED' } });
      expect((await eventTypes(job.id)).at(-1)).toBe('failed');
    });
  });
}
