import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, otherTenant, patientSweep, tenant } from './job-store-scene.ts';

/** `purge`. */
export function describePurging({ scene }: JobStoreSubject): void {
  const purge = (options: object = {}) => scene().store.purge({ olderThanMs: 1_000, limit: 100, ...options });
  async function completed(job: object = {}) {
    const { submitAndClaim, output, store } = scene();
    const claimed = await submitAndClaim(job);
    const pdf = await output();
    await store.complete(claimed.claim, { outputs: [pdf], summary: {} });
    return { ...claimed.job, pdf };
  }

  describe('purging', () => {
    it('removes ended jobs that are old with their events, links and artifacts', async () => {
      const { store, advanceTime } = scene();
      const job = await completed();
      expect(await purge()).toMatchObject({ jobs: 0 });
      await advanceTime(1_001);
      expect(await purge()).toMatchObject({ jobs: 1, events: 3, artifacts: 2, bytes: 2_468 });
      await expect(store.get({ tenant, id: job.id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      const { deletable } = await store.sweep(patientSweep);
      expect(deletable.map(({ artifactId }) => artifactId).toSorted()).toEqual(
        [job.input.id, job.pdf.artifactId].toSorted(),
      );
      expect(await purge()).toMatchObject({ jobs: 0 });
    });

    it('keeps artifacts that another job uses, and jobs that have not ended', async () => {
      const { store, advanceTime, submit, submitAndClaim, read } = scene();
      const first = await completed();
      const second = await submit({ inputArtifactId: first.input.id });
      const running = await submitAndClaim({ assets: [{ name: 'a.pdf', artifactId: first.pdf.artifactId }] });
      await advanceTime(1_001);
      expect(await purge()).toMatchObject({ jobs: 1, artifacts: 0 });
      expect((await read(second.job.id)).input.state).toBe('ready');
      expect((await read(running.job.id)).assets[0]?.artifact.state).toBe('ready');
      expect((await store.sweep(patientSweep)).deletable).toEqual([]);
    });

    it('takes only the states and the tenant that it is asked for, at most limit jobs', async () => {
      const { store, advanceTime, submit, submitAndClaim } = scene();
      for (let index = 0; index < 3; index += 1) await completed();
      await store.fail((await submitAndClaim()).claim, finalFailure);
      const theirs = await submit({ tenant: otherTenant });
      await store.cancel({ tenant: otherTenant, id: theirs.job.id });
      await advanceTime(1_001);
      expect(await purge({ statuses: ['failed'] })).toMatchObject({ jobs: 1 });
      expect(await purge({ tenant: otherTenant })).toMatchObject({ jobs: 1 });
      expect(await purge({ limit: 2 })).toMatchObject({ jobs: 2 });
      expect(await purge({ limit: 2 })).toMatchObject({ jobs: 1 });
      await expect(purge({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    it('frees the idempotency key, and keeps a job that was retried', async () => {
      const { store, advanceTime, submit, submitAndClaim } = scene();
      const failed = await submitAndClaim({ idempotencyKey: 'order-1' });
      await store.fail(failed.claim, finalFailure);
      await advanceTime(1_001);
      await store.retry({ tenant, id: failed.job.id });
      expect(await purge()).toMatchObject({ jobs: 0 });
      await store.cancel({ tenant, id: failed.job.id });
      await advanceTime(1_001);
      expect(await purge()).toMatchObject({ jobs: 1 });
      expect(await submit({ idempotencyKey: 'order-1' })).toMatchObject({ created: true });
    });
  });
}
