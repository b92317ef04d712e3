import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { otherTenant, tenant, uploadExpiresInMs } from './job-store-scene.ts';

/** `submit` in the caller's transaction. */
export function describeTransactions({ scene }: JobStoreSubject): void {
  describe("submitting in the caller's transaction", () => {
    it('commits with it', async () => {
      const { newJob, store, inTransaction, read, eventTypes } = scene();
      const request = await newJob();
      const { job } = await inTransaction((transaction) => store.submit(request, { transaction }));
      expect(await read(job.id)).toEqual(job);
      expect(await eventTypes(job.id)).toEqual(['queued']);
    });

    it('rolls back with it, which leaves the artifacts as they were', async () => {
      const { upload, newJob, store, inTransaction } = scene();
      const document = await upload();
      const request = await newJob({ inputArtifactId: document.id, idempotencyKey: 'key' });
      let jobId = '';
      const work = inTransaction(async (transaction) => {
        jobId = (await store.submit(request, { transaction })).job.id;
        throw new Error('The order was refused.');
      });
      await expect(work).rejects.toThrow('The order was refused.');
      await expect(store.get({ tenant, id: jobId })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      expect(await store.events({ tenant, id: jobId })).toEqual([]);
      expect(await store.getArtifact({ tenant, id: document.id })).toEqual(document);
      expect((await store.submit(request)).created).toBe(true);
    });

    it('shows nothing to anyone before the caller commits', async ({ skip }) => {
      const { newJob, store, onlooker, inTransaction } = scene();
      skip(onlooker === undefined, 'the database has but one connection');
      if (onlooker === undefined) return;
      const request = await newJob();
      const jobId = await inTransaction(async (transaction) => {
        const { job } = await store.submit(request, { transaction });
        await expect(onlooker.get({ tenant, id: job.id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
        expect((await onlooker.list({ tenant })).jobs).toEqual([]);
        expect(await onlooker.events({ tenant, id: job.id })).toEqual([]);
        expect(await onlooker.undispatched({ limit: 10 })).toEqual([]);
        return job.id;
      });
      expect(await onlooker.get({ tenant, id: jobId })).toMatchObject({ status: 'queued' });
    });

    it('happens whole or not at all, also when the caller goes on after its error', async () => {
      const { upload, newJob, store, inTransaction, advanceTime } = scene();
      const stolen = await upload({ tenant: otherTenant });
      const logo = await upload();
      const request = await newJob({ inputArtifactId: stolen.id, assets: [{ name: 'logo.png', artifactId: logo.id }] });
      await inTransaction(async (transaction) => {
        await expect(store.submit(request, { transaction })).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      });
      expect((await store.list({ tenant })).jobs).toEqual([]);
      expect(await store.undispatched({ limit: 10 })).toEqual([]);
      expect(await store.getArtifact({ tenant, id: logo.id })).toEqual(logo);
      await advanceTime(uploadExpiresInMs + 1);
      const { deletable } = await store.sweep({ limit: 10, maxClaims: 20, abandonedAfterMs: 1, keepDeletedMs: 1 });
      expect(deletable.map(({ artifactId }) => artifactId)).toContain(logo.id);
    });

    it('may submit several jobs at the same time: one that is refused takes no other with it', async () => {
      const { newJob, store, inTransaction, read } = scene();
      const [good, bad] = [await newJob(), await newJob({ assets: [{ name: 'logo.png', artifactId: 'none' }] })];
      // Wherever the first one is when the second begins.
      for (let turns = 0; turns < 8; turns += 1) {
        const { job } = await inTransaction(async (transaction) => {
          const first = store.submit(good, { transaction });
          for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          await expect(store.submit(bad, { transaction })).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
          return await first;
        });
        expect(await read(job.id)).toEqual(job);
      }
    });

    it('may submit several jobs, and knows the keys that it has used itself', async () => {
      const { newJob, store, inTransaction } = scene();
      const request = await newJob({ idempotencyKey: 'key' });
      const other = await newJob();
      const answers = await inTransaction(async (transaction) => [
        await store.submit(request, { transaction }),
        await store.submit(request, { transaction }),
        await store.submit(other, { transaction }),
      ]);
      expect(answers.map(({ created }) => created)).toEqual([true, false, true]);
      expect((await store.list({ tenant })).jobs).toHaveLength(2);
    });
  });
}
