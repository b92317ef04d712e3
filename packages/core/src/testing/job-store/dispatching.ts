import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../ports/job-queue.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, leaseMs, patientSweep, tenant } from './job-store-scene.ts';

/** `undispatched`, `markDispatched`, `unclaimed`, `redispatch`. */
export function describeDispatching({ scene }: JobStoreSubject): void {
  const undispatched = (limit = 100) => scene().store.undispatched({ limit });
  const unclaimed = async (olderThanMs: number, limit = 100) =>
    (await scene().store.unclaimed({ olderThanMs, limit })).map(({ jobId, dispatch, priority, tenant: owner }) => ({
      jobId,
      dispatch,
      priority,
      tenant: owner,
    }));
  const idsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ jobId }) => jobId);

  describe('jobs that the queue has not been told of', () => {
    it('come with what logs and traces say of them', async () => {
      const { submit, submitAndClaim, store } = scene();
      const traceContext = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, tracestate: 'vendor=a' };
      const { job, delivery } = await submit({ correlationId: 'request-1', traceContext });
      const expected = { jobId: job.id, dispatch: 1, priority: 0, tenant, correlationId: 'request-1', traceContext };
      expect(delivery).toEqual(expected);
      expect(await undispatched()).toEqual([expected]);
      const [waiting] = await store.waitingTenants({ limit: 10, perTenant: 10 });
      expect(waiting?.waiting).toMatchObject([expected]);
      expect((await store.claim({ jobId: job.id, owner: 'worker', leaseMs }))?.job).toMatchObject({ traceContext });
      expect((await submitAndClaim()).job.traceContext).toBeUndefined();
    });

    it('come with higher priority first, then the oldest', async () => {
      const { submit, advanceTime } = scene();
      const ids: string[] = [];
      for (const priority of [0, 5, 0, -3, 5]) {
        ids.push((await submit({ priority })).job.id);
        await advanceTime(1);
      }
      // Two in the same millisecond.
      for (let index = 0; index < 2; index += 1) ids.push((await submit()).job.id);
      expect(idsOf(await undispatched())).toEqual([1, 4, 0, 2, 5, 6, 3].map((index) => ids[index]));
      expect(idsOf(await undispatched(2))).toEqual([ids[1], ids[4]]);
    });

    it('are only those that are due', async () => {
      const { submit, advanceTime } = scene();
      const { delivery } = await submit({ delayMs: 5_000 });
      expect(await undispatched()).toEqual([]);
      await advanceTime(5_000);
      expect(await undispatched()).toEqual([delivery]);
    });

    it('are only those that are queued', async () => {
      const { submit, submitAndClaim, store } = scene();
      const { job } = await submit();
      await store.cancel({ tenant, id: job.id });
      await submitAndClaim();
      expect(await undispatched()).toEqual([]);
    });

    it('are not listed any more once that is noted', async () => {
      const { submit, store } = scene();
      const { delivery } = await submit();
      const other = await submit();
      await store.markDispatched(delivery);
      expect(await undispatched()).toEqual([other.delivery]);
      await store.markDispatched(delivery);
      expect(await undispatched()).toEqual([other.delivery]);
    });

    it('are listed again, under a new dispatch, each time that they are queued again', async () => {
      const { submit, claim, store, advanceTime } = scene();
      const { job, delivery } = await submit();
      const again: Readonly<Record<string, () => Promise<unknown>>> = {
        'handed back': async () => store.release((await claim(job.id)).claim, { maxClaims: 20 }),
        failed: async () => store.fail((await claim(job.id)).claim, { ...finalFailure, retryInMs: 0 }),
        lost: async () => {
          await claim(job.id);
          await advanceTime(leaseMs + 1);
          await store.sweep(patientSweep);
        },
        'retried by hand': async () => {
          await store.cancel({ tenant, id: job.id });
          await store.retry({ tenant, id: job.id });
        },
      };
      let { dispatch } = delivery;
      for (const [why, queueAgain] of Object.entries(again)) {
        await store.markDispatched({ ...delivery, dispatch });
        expect([why, ...(await undispatched())]).toEqual([why]);
        await queueAgain();
        dispatch += 1;
        expect([why, ...(await undispatched())]).toEqual([why, { ...delivery, dispatch }]);
      }
    });

    it('are listed still when a dispatch is noted that has been superseded', async () => {
      const { submit, claim, store } = scene();
      const { job, delivery } = await submit();
      await store.release((await claim(job.id)).claim, { maxClaims: 20 });
      await store.markDispatched(delivery);
      expect(await undispatched()).toEqual([{ ...delivery, dispatch: 2 }]);
    });
  });

  describe('jobs that the queue was told of and nobody has claimed', () => {
    it('are listed when that was longer ago than olderThanMs', async () => {
      const { submit, store, advanceTime } = scene();
      const { delivery } = await submit();
      await advanceTime(100_000);
      expect(await unclaimed(1_000)).toEqual([]);
      await store.markDispatched(delivery);
      await advanceTime(1_000);
      expect(await unclaimed(60_000)).toEqual([]);
      await advanceTime(59_001);
      expect(await unclaimed(60_000)).toEqual([delivery]);
      expect(await undispatched()).toEqual([]);
    });

    it('are counted from the first time that the queue was told', async () => {
      const { submit, store, advanceTime } = scene();
      const { delivery } = await submit();
      await store.markDispatched(delivery);
      await advanceTime(1_001);
      await store.markDispatched(delivery);
      expect(await unclaimed(1_000)).toEqual([delivery]);
    });

    it('are not those that are running, have ended, or wait for their next attempt', async () => {
      const { submit, claim, store, advanceTime } = scene();
      const running = await submit();
      const cancelled = await submit();
      const waiting = await submit();
      for (const { delivery } of [running, cancelled, waiting]) await store.markDispatched(delivery);
      await claim(running.job.id);
      await store.cancel({ tenant, id: cancelled.job.id });
      const { claim: held } = await claim(waiting.job.id);
      const error = { code: 'RENDER_TIMEOUT', message: '', details: {}, crashed: false } as const;
      await store.fail(held, { ...error, retryInMs: 1_000_000 });
      await advanceTime(10_000);
      expect(await unclaimed(1_000)).toEqual([]);
    });

    it('come in the order in which the queue was told, and go on behind the last one of a bounded page', async () => {
      const { submit, store, advanceTime } = scene();
      const told: string[] = [];
      for (const priority of [1, 2, 3, 0]) {
        const { delivery } = await submit({ priority });
        await store.markDispatched(delivery);
        told.push(delivery.jobId);
        // The last two are told in the same millisecond.
        if (told.length < 3) await advanceTime(1);
      }
      await advanceTime(2_000);
      const options = { olderThanMs: 1_000, limit: 1 };
      const seen: string[] = [];
      for (let page = await store.unclaimed(options); page.length > 0; ) {
        expect(page).toHaveLength(1);
        seen.push(...idsOf(page));
        page = await store.unclaimed({ ...options, after: page.at(-1) });
      }
      expect(seen).toEqual(told);
    });
  });

  describe('dispatching again', () => {
    it('gives a job that still waits for this delivery a new dispatch number', async () => {
      const { submit, store, advanceTime, claim } = scene();
      const { job, delivery } = await submit({ priority: 3 });
      await store.markDispatched(delivery);
      await advanceTime(2_000);
      await store.redispatch(delivery);
      expect(await unclaimed(1_000)).toEqual([]);
      expect(await undispatched()).toEqual([{ ...delivery, dispatch: 2 }]);
      expect((await claim(job.id)).claim.attempt).toBe(1);
    });

    it('is done once when two sweepers race', async () => {
      const { submit, store, elsewhere = store } = scene();
      const { delivery } = await submit();
      await store.markDispatched(delivery);
      await Promise.all([store, elsewhere, store, elsewhere].map((sweeper) => sweeper.redispatch(delivery)));
      expect(await undispatched()).toEqual([{ ...delivery, dispatch: 2 }]);
    });

    it('leaves a job alone that has been claimed meanwhile, or has ended', async () => {
      const { submit, claim, store, snapshot } = scene();
      const running = await submit();
      await claim(running.job.id);
      const cancelled = await submit();
      await store.cancel({ tenant, id: cancelled.job.id });
      for (const { job, delivery } of [running, cancelled]) {
        const before = await snapshot(job.id);
        await store.redispatch(delivery);
        expect(await snapshot(job.id)).toEqual(before);
      }
      expect(await undispatched()).toEqual([]);
    });

    it('never uses a dispatch number twice', async () => {
      const { submit, claim, store } = scene();
      const { job, delivery } = await submit();
      const seen = [delivery.dispatch];
      const next = async () => seen.push((await undispatched())[0]?.dispatch ?? 0);
      await store.release((await claim(job.id)).claim, { maxClaims: 20 });
      await next();
      await store.redispatch({ ...delivery, dispatch: 2 });
      await next();
      await store.cancel({ tenant, id: job.id });
      await store.retry({ tenant, id: job.id });
      await next();
      expect(seen).toEqual([1, 2, 3, 4]);
    });
  });
}
