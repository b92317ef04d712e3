import { describe, expect, it } from 'vitest';
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

    it('a purge removes its records, and leaves their files to the sweeper', async () => {
      const { store, advanceTime } = scene();
      const { jobId, files } = await endedMerge();
      await advanceTime(1_000);
      const removed = await store.purge({ olderThanMs: 500, limit: 10 });
      // The template too.
      expect(removed).toMatchObject({ jobs: 1, artifacts: files.length + 1 });
      await expect(store.records({ tenant, id: jobId })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      const { deletable } = await store.sweep(patientSweep);
      expect(deletable.map(({ artifactId }) => artifactId)).toEqual(expect.arrayContaining([...files]));
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
          more = removed.jobs + removed.artifacts > 0;
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
      const { store, submit, advanceTime, read } = scene();
      const { files } = await endedMerge();
      const { job } = await submit({ inputArtifactId: files[0] ?? '' });
      await advanceTime(1_000);
      await store.purge({ olderThanMs: 500, limit: 10 });
      expect((await read(job.id)).input).toMatchObject({ id: files[0], state: 'ready' });
    });
  });
}
