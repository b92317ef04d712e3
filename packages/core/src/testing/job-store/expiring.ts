import { describe, expect, it } from 'vitest';
import type { DeletableContent } from '../../ports/artifact-rows.ts';
import type { SweepOptions } from '../../ports/job-store.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { contentOf, finalFailure, otherTenant, tenant, uploadExpiresInMs } from './job-store-scene.ts';

const abandonedAfterMs = 3_600_000;
const keepDeletedMs = 86_400_000;

/** `sweep` and `confirmDeleted`: content that nobody needs. */
export function describeExpiring({ scene }: JobStoreSubject): void {
  const sweep = async (options: Partial<SweepOptions> = {}): Promise<readonly DeletableContent[]> => {
    const { deletable } = await scene().store.sweep({
      limit: 100,
      maxClaims: 20,
      abandonedAfterMs,
      keepDeletedMs,
      ...options,
    });
    return deletable;
  };
  /** Sweeps, and notes for all that is found that it has been deleted. */
  const sweepAndDelete = async () => {
    const deletable = await sweep();
    for (const content of deletable) await scene().store.confirmDeleted(content);
    return deletable.map(({ artifactId, deletedBefore }) => ({ artifactId, deletedBefore }));
  };

  describe('sweeping finds content that nobody needs', () => {
    it('finds an upload that was abandoned: it can not be published any more', async () => {
      const { beginArtifact, store, advanceTime } = scene();
      const { id, storageKey } = await beginArtifact();
      await advanceTime(abandonedAfterMs - 1_000);
      expect(await sweep()).toEqual([]);
      await advanceTime(2_000);
      expect(await sweep()).toEqual([{ artifactId: id, storageKey, deletedBefore: false }]);
      const late = store.publishArtifact(tenant, contentOf({ id }), { expiresInMs: 1 });
      await expect(late).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      await expect(store.getArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    });

    it('finds it again until the deletion is confirmed, then once more keepDeletedMs later; then its row goes', async () => {
      const { upload, store, advanceTime } = scene();
      const { id } = await upload();
      await store.removeArtifact({ tenant, id });
      const [first] = await sweep();
      expect(await sweep()).toEqual([first]);
      expect(await sweepAndDelete()).toEqual([{ artifactId: id, deletedBefore: false }]);
      await advanceTime(keepDeletedMs - 1_000);
      expect(await sweep()).toEqual([]);
      await expect(store.getArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
      await advanceTime(2_000);
      expect(await sweepAndDelete()).toEqual([{ artifactId: id, deletedBefore: true }]);
      await advanceTime(keepDeletedMs + 1);
      expect(await sweep()).toEqual([]);
      await expect(store.getArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    });

    it.each(['document', 'asset', 'output'] as const)(
      'keeps the row of a deleted %s while a job refers to it',
      async (use) => {
        const { upload, output, submitAndClaim, store, advanceTime, read } = scene();
        const { id } = await upload();
        const uses = use === 'document' ? { inputArtifactId: id } : { assets: [{ name: 'logo.png', artifactId: id }] };
        const { claim, job } = await submitAndClaim(uses);
        const pdf = await output();
        await store.complete(claim, { outputs: [pdf], summary: {} });
        const artifactId = use === 'output' ? pdf.artifactId : id;
        await store.removeArtifact({ tenant, id: artifactId });
        await sweepAndDelete();
        await advanceTime(keepDeletedMs + 1);
        expect(await sweepAndDelete()).toEqual([{ artifactId, deletedBefore: true }]);
        await expect(store.getArtifact({ tenant, id: artifactId })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
        const view = await read(job.id);
        const shown = { document: view.input, asset: view.assets[0]?.artifact, output: view.outputs[0]?.artifact };
        expect(shown[use]).toMatchObject({ id: artifactId, state: 'deleted', byteSize: 1_234 });
        await advanceTime(keepDeletedMs + 1);
        expect(await sweep()).toEqual([]);
      },
    );

    it('takes back nothing when a deletion is confirmed twice, or too late', async () => {
      const { upload, store, advanceTime } = scene();
      const { id, storageKey } = await upload();
      const confirm = (deletedBefore: boolean) => store.confirmDeleted({ artifactId: id, storageKey, deletedBefore });
      await confirm(false);
      await confirm(true);
      expect(await store.getArtifact({ tenant, id })).toMatchObject({ state: 'ready' });
      await store.removeArtifact({ tenant, id });
      await confirm(true);
      expect(await sweep()).toEqual([{ artifactId: id, storageKey, deletedBefore: false }]);
      await confirm(false);
      await advanceTime(keepDeletedMs - 1_000);
      // The first confirmation counts.
      await confirm(false);
      await advanceTime(2_000);
      expect(await sweep()).toEqual([{ artifactId: id, storageKey, deletedBefore: true }]);
    });

    it('lets uploads go that no job uses until they expire', async () => {
      const { upload, store, advanceTime } = scene();
      const { id } = await upload();
      const theirs = await upload({ tenant: otherTenant });
      await advanceTime(uploadExpiresInMs - 1_000);
      expect(await sweep()).toEqual([]);
      await advanceTime(2_000);
      expect((await sweep()).map(({ artifactId }) => artifactId).toSorted()).toEqual([id, theirs.id].toSorted());
      await expect(store.getArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
    });

    it('keeps uploads that a job uses, also after it has ended', async () => {
      const { submit, submitAndClaim, store, advanceTime } = scene();
      const queued = await submit();
      const failed = await submitAndClaim();
      await store.fail(failed.claim, finalFailure);
      await advanceTime(uploadExpiresInMs * 1_000);
      expect(await sweep()).toEqual([]);
      for (const { job } of [queued, failed]) {
        expect(await store.getArtifact({ tenant, id: job.input.id })).toMatchObject({ state: 'ready' });
      }
    });

    it('is bounded by limit; later sweeps do the rest', async () => {
      const { upload, beginArtifact, advanceTime, store } = scene();
      for (let index = 0; index < 3; index += 1) await upload();
      for (let index = 0; index < 2; index += 1) await beginArtifact();
      await advanceTime(abandonedAfterMs + uploadExpiresInMs);
      const found: string[] = [];
      for (;;) {
        const deletable = await sweep({ limit: 1 });
        if (deletable.length === 0) break;
        expect(deletable).toHaveLength(1);
        for (const content of deletable) await store.confirmDeleted(content);
        found.push(...deletable.map(({ artifactId }) => artifactId));
      }
      expect(new Set(found).size).toBe(5);
      expect(found).toHaveLength(5);
    });
  });
}
