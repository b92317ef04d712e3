import { describe, expect, it } from 'vitest';
import { addRemoved } from '../../job/removed-jobs.ts';
import type { RemovedJobs } from '../../ports/retention.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { patientSweep, tenant } from './job-store-scene.ts';
import { failedRecord, renderedRecord } from './records.ts';

// More than one transaction removes, and than one call publishes.
const failed = 1_150;

/** What becomes of records and their files when their job goes. */
export function describeRecordRetention({ scene }: JobStoreSubject): void {
  describe('when a merge goes', () => {
    async function endedMerge(): Promise<{ readonly jobId: string; readonly files: readonly string[] }> {
      const { store, submitAndClaim } = scene();
      const { claim, job } = await submitAndClaim({ type: 'merge' });
      const rendered = [await renderedRecord(scene(), 1), await renderedRecord(scene(), 2_000)];
      await store.publishRecords(claim, rendered);
      const rows = Array.from({ length: failed }, (_, index) => failedRecord(index + 2));
      while (rows.length > 0) await store.publishRecords(claim, rows.splice(0, 200));
      await store.complete(claim, { outputs: [], summary: {} });
      return { jobId: job.id, files: rendered.flatMap(({ files }) => files.map(({ artifactId }) => artifactId)) };
    }

    /** Purges until nothing is left to be, as callers do; answers what each call has removed. */
    async function purgeAll(): Promise<readonly RemovedJobs[]> {
      const calls: RemovedJobs[] = [];
      do calls.push(await scene().store.purge({ olderThanMs: 500, limit: 10 }));
      while (calls.at(-1)?.jobs === 10 || calls.at(-1)?.records !== 0);
      return calls;
    }

    it('a purge removes its records, and leaves their files to the sweeper', async () => {
      const { store, advanceTime } = scene();
      const { jobId, files } = await endedMerge();
      await advanceTime(1_000);
      const removed = (await purgeAll()).reduce(addRemoved);
      // The template too.
      expect(removed).toMatchObject({ jobs: 1, records: failed + files.length, artifacts: files.length + 1 });
      await expect(store.records({ tenant, id: jobId })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      const { deletable } = await store.sweep(patientSweep);
      expect(deletable.map(({ artifactId }) => artifactId)).toEqual(expect.arrayContaining([...files]));
    });

    it('a purge is bounded by 1,000 records, which go before their job, and holds up no other job', async () => {
      const { store, submitAndClaim, advanceTime } = scene();
      const { jobId } = await endedMerge();
      const { claim, job } = await submitAndClaim();
      await store.complete(claim, { outputs: [], summary: {} });
      await advanceTime(1_000);
      const first = await store.purge({ olderThanMs: 500, limit: 10 });
      expect(first).toMatchObject({ jobs: 1, records: 1_000 });
      await expect(store.get({ tenant, id: job.id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      expect((await store.records({ tenant, id: jobId }, { limit: 1_000 })).records).toHaveLength(failed + 2 - 1_000);
      expect((await purgeAll()).reduce(addRemoved)).toMatchObject({ jobs: 1, records: failed + 2 - 1_000 });
    });

    it.each(['job', 'tenant'])(
      'an erasure of its %s removes its records, and the names of their files',
      async (what) => {
        const { store } = scene();
        const { jobId, files } = await endedMerge();
        const scope = what === 'job' ? { tenant, jobId } : { tenant };
        expect(await store.erasureReport(scope)).toMatchObject({ jobs: 1, artifacts: files.length + 1 });
        for (let more = true; more; ) {
          const removed = await store.eraseSome(scope, { limit: 10 });
          expect(removed.records).toBeLessThanOrEqual(1_000);
          more = removed.jobs + removed.records + removed.artifacts > 0;
        }
        await expect(store.records({ tenant, id: jobId })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
        expect(await store.erasureReport(scope)).toMatchObject({
          jobs: 0,
          artifacts: 0,
          contentsToDelete: files.length + 1,
        });
      },
    );

    it('a file of a record that another job uses stays', async () => {
      const { submit, advanceTime, read } = scene();
      const { files } = await endedMerge();
      const { job } = await submit({ inputArtifactId: files[0] ?? '' });
      await advanceTime(1_000);
      await purgeAll();
      expect((await read(job.id)).input).toMatchObject({ id: files[0], state: 'ready' });
    });
  });
}
