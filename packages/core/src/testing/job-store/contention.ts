import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { contentOf, finalFailure, leaseMs, patientSweep, tenant, uploadExpiresInMs } from './job-store-scene.ts';

const rounds = 12;

/** Two who want the same row at the same time, from connections of their own: one of them has it, and it stays so. */
export function describeContention({ scene }: JobStoreSubject): void {
  describe('at the same time', () => {
    const both = async (...work: readonly Promise<unknown>[]) =>
      (await Promise.allSettled(work)).map(({ status }) => status === 'fulfilled');

    it('a worker completes a job or the sweep takes it away, never both', async () => {
      const { submitAndClaim, output, store, elsewhere = store, advanceTime, read } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const { claim, job } = await submitAndClaim();
        const pdf = await output();
        await advanceTime(leaseMs + 1);
        const [completed] = await both(
          store.complete(claim, { outputs: [pdf], summary: {} }),
          elsewhere.sweep(patientSweep),
        );
        const { status, outputs } = await read(job.id);
        expect([status, outputs.length]).toEqual(completed ? ['completed', 1] : ['queued', 0]);
      }
    });

    it('a worker renews its lease or the sweep takes the job away, never both', async () => {
      const { submitAndClaim, store, elsewhere = store, advanceTime, read } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const { claim, job } = await submitAndClaim();
        await advanceTime(leaseMs + 1);
        const [renewed] = await both(store.heartbeat(claim, { leaseMs }), elsewhere.sweep(patientSweep));
        expect((await read(job.id)).status).toBe(renewed ? 'running' : 'queued');
      }
    });

    it('a job is completed, failed or cancelled: one of them', async () => {
      const { submitAndClaim, store, elsewhere = store, eventTypes, read } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const { claim, job } = await submitAndClaim();
        const done = await both(
          store.complete(claim, { outputs: [], summary: {} }),
          elsewhere.cancel({ tenant, id: job.id }),
          store.fail(claim, finalFailure),
        );
        expect(done.filter(Boolean)).toHaveLength(1);
        const ended = ['completed', 'cancelled', 'failed'][done.indexOf(true)];
        expect((await read(job.id)).status).toBe(ended);
        expect(await eventTypes(job.id)).toEqual(['queued', 'started', ended]);
      }
    });

    it('a preview is shown before its job completes, and gone then, or it is not shown', async () => {
      const { submitAndClaim, previewOf, output, store, elsewhere = store, read } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const { claim, job } = await submitAndClaim();
        const [preview, pdf] = [await previewOf(1), await output()];
        const [shown] = await both(
          elsewhere.publishPreview(claim, preview),
          store.complete(claim, { outputs: [pdf], summary: {} }),
        );
        expect(await read(job.id)).toMatchObject({ status: 'completed', previews: [], outputs: [{ name: pdf.name }] });
        const [usable] = await both(store.submit(await scene().newJob({ inputArtifactId: preview.artifactId })));
        expect([shown, usable]).toEqual([shown, false]);
      }
    });

    it('an upload is published or given up, never both', async () => {
      const { beginArtifact, store, elsewhere = store, advanceTime } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const { id } = await beginArtifact();
        await advanceTime(2_000);
        const [published] = await both(
          store.publishArtifact(tenant, contentOf({ id }), { expiresInMs: uploadExpiresInMs }),
          elsewhere.sweep({ ...patientSweep, abandonedAfterMs: 1_000 }),
        );
        const [readable] = await both(store.getArtifact({ tenant, id }));
        expect(readable).toBe(published);
      }
    });

    it('an upload is used by a job or expires, never both', async () => {
      const { upload, newJob, store, elsewhere = store, advanceTime } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const { id } = await upload();
        const job = await newJob({ inputArtifactId: id });
        await advanceTime(uploadExpiresInMs + 1);
        const [submitted] = await both(store.submit(job), elsewhere.sweep(patientSweep));
        const [readable] = await both(store.getArtifact({ tenant, id }));
        expect(readable).toBe(submitted);
      }
    });

    it('an artifact is used by a job or removed, never both', async () => {
      const { upload, newJob, store, elsewhere = store } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const { id } = await upload();
        const job = await newJob({ inputArtifactId: id });
        const [submitted, removed] = await both(store.submit(job), elsewhere.removeArtifact({ tenant, id }));
        expect(submitted).toBe(!removed);
      }
    });

    it('jobs that share their artifacts are all queued', async () => {
      const { upload, newJob, store, elsewhere = store } = scene();
      const uploads = [await upload(), await upload(), await upload()];
      const jobOf = (order: typeof uploads) =>
        newJob({
          inputArtifactId: order[0]?.id ?? '',
          assets: order.map(({ id }, index) => ({ name: `${index}.png`, artifactId: id })),
        });
      const jobs = [await jobOf(uploads), await jobOf(uploads.toReversed())];
      const submitted = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? store : elsewhere).submit(jobs[index % 2] as never),
        ),
      );
      expect(new Set(submitted.map(({ job }) => job.id)).size).toBe(20);
    });
  });
}
