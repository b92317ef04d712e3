import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { leaseMs, otherTenant, tenant } from './job-store-scene.ts';

/** `claim` with `limitOf`. */
export function describeRunningLimits({ scene }: JobStoreSubject): void {
  const limitOf = () => ({ all: 3, standard: 2 });
  const claim = (jobId: string, { elsewhere = false } = {}) => {
    const opened = scene();
    const store = elsewhere ? (opened.elsewhere ?? opened.store) : opened.store;
    return store.claim({ jobId, owner: 'worker', leaseMs, limitOf });
  };

  describe('a limit of running jobs', () => {
    it('holds for each tenant, and leaves the other places to interactive jobs', async () => {
      const { submit, read } = scene();
      const standard = [await submit(), await submit(), await submit()];
      const interactive = [await submit({ lane: 'interactive' }), await submit({ lane: 'interactive' })];
      const theirs = await submit({ tenant: otherTenant });
      for (const { job } of [...standard, ...interactive, theirs]) await claim(job.id);
      const statuses = await Promise.all(
        [...standard, ...interactive].map(async ({ job }) => (await read(job.id)).status),
      );
      expect(statuses).toEqual(['running', 'running', 'queued', 'running', 'queued']);
      expect(await claim(theirs.job.id)).toBeUndefined();
      expect((await scene().store.countByStatus()).running).toBe(4);
    });

    it('leaves a job beyond it queued, to be dispatched again, its history as it was', async () => {
      const { submit, store, snapshot, eventTypes } = scene();
      const running = [await submit(), await submit()];
      for (const { job } of running) await claim(job.id);
      const { job, delivery } = await submit();
      await store.markDispatched(delivery);
      expect(await store.undispatched({ limit: 10 })).toEqual([]);
      const before = await snapshot(job.id);
      expect(await claim(job.id)).toBeUndefined();
      expect(await snapshot(job.id)).toEqual(before);
      expect(await store.undispatched({ limit: 10 })).toEqual([{ ...delivery, dispatch: 2 }]);
      await store.cancel({ tenant, id: running[0]?.job.id ?? '' });
      expect(await claim(job.id)).toMatchObject({ claim: { attempt: 1 } });
      expect(await eventTypes(job.id)).toEqual(['queued', 'started']);
    });

    it('holds when many claim at the same time', async () => {
      const { submit, store } = scene();
      const jobs = [];
      for (let index = 0; index < 12; index += 1) jobs.push((await submit()).job.id);
      const claims = await Promise.all(jobs.map((id, index) => claim(id, { elsewhere: index % 2 === 0 })));
      expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(2);
      expect(await store.countByStatus()).toMatchObject({ running: 2, queued: 10 });
    });

    it('changes nothing of a job that is running, has ended, or is not due', async () => {
      const { submit, submitAndClaim, store, snapshot } = scene();
      const { job: running } = await submitAndClaim();
      const { job: ended } = await submit();
      await store.cancel({ tenant, id: ended.id });
      const { job: early } = await submit({ delayMs: 60_000 });
      const jobs = [running.id, ended.id, early.id];
      const before = await Promise.all(jobs.map(snapshot));
      for (const id of [...jobs, 'nobody']) expect(await claim(id)).toBeUndefined();
      expect(await Promise.all(jobs.map(snapshot))).toEqual(before);
    });

    it('that can not be told leaves the job as it was', async () => {
      const { submit, store, snapshot } = scene();
      const { job } = await submit();
      const before = await snapshot(job.id);
      const unknown = () => {
        throw new TypeError('Who is that?');
      };
      await expect(store.claim({ jobId: job.id, owner: 'worker', leaseMs, limitOf: unknown })).rejects.toThrow();
      expect(await snapshot(job.id)).toEqual(before);
      expect(await claim(job.id)).toBeDefined();
    });
  });
}
