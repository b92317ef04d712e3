import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, leaseMs, loseClaim, tenant } from './job-store-scene.ts';

/** `claim`. */
export function describeClaiming({ scene }: JobStoreSubject): void {
  describe('claiming', () => {
    const request = (jobId: string) => ({ jobId, owner: 'worker', leaseMs });

    it('claims a queued job that is due', async () => {
      const { submit, store, advanceTime, read, eventTypes } = scene();
      const { job } = await submit();
      await advanceTime(250);
      const claimed = await store.claim(request(job.id));
      expect(claimed).toMatchObject({
        claim: { tenant, jobId: job.id, attempt: 1 },
        job: { id: job.id, status: 'running', attempt: 1, failures: 0, input: { id: job.input.id } },
      });
      expect(claimed?.waitedMs).toBeGreaterThanOrEqual(250);
      expect(claimed?.job.startedAt).toBeGreaterThanOrEqual(job.createdAt + 250);
      expect(await read(job.id)).toEqual(claimed?.job);
      expect(await eventTypes(job.id)).toEqual(['queued', 'started']);
    });

    it('gives a job to one of all concurrent claims, and undefined to the others', async () => {
      const { submit, store, elsewhere = store, eventTypes } = scene();
      const { job } = await submit();
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? store : elsewhere).claim(request(job.id))),
      );
      expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(1);
      expect(await eventTypes(job.id)).toEqual(['queued', 'started']);
    });

    it('does not claim before the job is due', async () => {
      const { submit, store, advanceTime, eventTypes } = scene();
      const { job } = await submit({ delayMs: 60_000 });
      expect(job.runAt - job.createdAt).toBe(60_000);
      expect(await store.claim(request(job.id))).toBeUndefined();
      expect(await eventTypes(job.id)).toEqual(['queued']);
      await advanceTime(60_000);
      const claimed = await store.claim(request(job.id));
      expect(claimed?.claim.attempt).toBe(1);
      // It could not have been claimed while it was not due.
      expect(claimed?.waitedMs).toBeLessThan(60_000);
    });

    it('does not claim a job that has ended, or that is unknown', async () => {
      const { submit, submitAndClaim, store } = scene();
      const cancelled = await submit();
      await store.cancel({ tenant, id: cancelled.job.id });
      const completed = await submitAndClaim();
      await store.complete(completed.claim, { outputs: [], summary: {} });
      const failed = await submitAndClaim();
      await store.fail(failed.claim, finalFailure);
      for (const id of [cancelled.job.id, completed.job.id, failed.job.id, crypto.randomUUID()]) {
        expect(await store.claim(request(id))).toBeUndefined();
      }
    });

    it('numbers the attempts, never going back: not after a failure, a hand-back, a lost lease, a retry by hand', async () => {
      const current = scene();
      const { submit, claim, store } = current;
      const { job } = await submit();
      const first = await claim(job.id);
      await store.fail(first.claim, { ...finalFailure, retryInMs: 0 });
      const second = await claim(job.id);
      await store.release(second.claim, { maxClaims: 20 });
      const third = await claim(job.id);
      const fourth = await loseClaim(current, third.claim);
      await store.cancel({ tenant, id: job.id });
      await store.retry({ tenant, id: job.id });
      const fifth = await claim(job.id);
      expect([first, second, third, fourth, fifth].map(({ claim: { attempt } }) => attempt)).toEqual([1, 2, 3, 4, 5]);
      // `startedAt` is when it was first claimed.
      expect(fifth.job.startedAt).toBe(first.job.startedAt);
    });
  });
}
