import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { contentOf, finalFailure, otherTenant, tenant, uploadExpiresInMs } from './job-store-scene.ts';

/** `beginArtifact`, `publishArtifact`, `getArtifact`, `removeArtifact`. */
export function describeArtifactRows({ scene }: JobStoreSubject): void {
  describe('artifact rows', () => {
    it('writes the row of an artifact as pending, under a fresh storage key', async () => {
      const { beginArtifact } = scene();
      const first = await beginArtifact();
      const second = await beginArtifact();
      expect(first).toMatchObject({ tenant, kind: 'upload', state: 'pending', fileName: 'menu.sla' });
      expect(first).toMatchObject({ byteSize: undefined, sha256: undefined, expiresAt: undefined });
      expect(second.storageKey).not.toBe(first.storageKey);
    });

    it('makes a pending upload ready, to expire expiresInMs from now', async () => {
      const { beginArtifact, store } = scene();
      const artifact = await beginArtifact();
      const content = contentOf(artifact);
      const ready = await store.publishArtifact(tenant, content, { expiresInMs: uploadExpiresInMs });
      expect(ready).toMatchObject({ state: 'ready', byteSize: content.byteSize, sha256: content.sha256 });
      expect((ready.expiresAt ?? 0) - artifact.createdAt).toBeGreaterThanOrEqual(uploadExpiresInMs);
      expect(await store.getArtifact({ tenant, id: artifact.id })).toEqual(ready);
    });

    it('does not publish what is not pending any more', async () => {
      const { upload, store } = scene();
      const ready = await upload();
      const other = { ...contentOf(ready), byteSize: 1 };
      await expect(store.publishArtifact(tenant, other, { expiresInMs: 1 })).rejects.toMatchObject({
        code: 'ARTIFACT_NOT_FOUND',
      });
      expect(await store.getArtifact({ tenant, id: ready.id })).toEqual(ready);
    });

    it('publishes only for the tenant whose artifact it is', async () => {
      const { beginArtifact, store } = scene();
      const content = contentOf(await beginArtifact());
      await expect(store.publishArtifact(otherTenant, content, { expiresInMs: 1 })).rejects.toMatchObject({
        code: 'ARTIFACT_NOT_FOUND',
      });
      expect(await store.publishArtifact(tenant, content, { expiresInMs: 1 })).toMatchObject({ state: 'ready' });
    });

    it('has no artifact to read while it is pending, for another tenant, or under an unknown id', async () => {
      const { beginArtifact, upload, store } = scene();
      const pending = await beginArtifact();
      const ready = await upload();
      await expect(store.getArtifact({ tenant, id: pending.id })).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      await expect(store.getArtifact({ tenant: otherTenant, id: ready.id })).rejects.toMatchObject({
        code: 'ARTIFACT_NOT_FOUND',
      });
      await expect(store.getArtifact({ tenant, id: crypto.randomUUID() })).rejects.toMatchObject({
        code: 'ARTIFACT_NOT_FOUND',
      });
    });

    it('takes an artifact out of use, and removing it again succeeds', async () => {
      const { upload, store } = scene();
      const { id } = await upload();
      await store.removeArtifact({ tenant, id });
      await store.removeArtifact({ tenant, id });
      await expect(store.getArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
    });

    it('removes nothing for another tenant, and nothing that is pending or unknown', async () => {
      const { beginArtifact, upload, store } = scene();
      const ready = await upload();
      const pending = await beginArtifact();
      await store.removeArtifact({ tenant: otherTenant, id: ready.id });
      await store.removeArtifact({ tenant, id: pending.id });
      await store.removeArtifact({ tenant, id: crypto.randomUUID() });
      expect(await store.getArtifact({ tenant, id: ready.id })).toEqual(ready);
      expect(await store.publishArtifact(tenant, contentOf(pending), { expiresInMs: 1 })).toBeDefined();
    });

    describe.each(['document', 'asset'] as const)('an artifact that is the %s of a job', (use) => {
      const submitWith = async () => {
        const { upload, submit } = scene();
        const { id } = await upload();
        const uses = use === 'document' ? { inputArtifactId: id } : { assets: [{ name: 'logo.png', artifactId: id }] };
        return { id, jobId: (await submit(uses)).job.id };
      };

      it('is not removed while the job is queued', async () => {
        const { store } = scene();
        const { id, jobId } = await submitWith();
        await expect(store.removeArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_IN_USE' });
        expect(await store.getArtifact({ tenant, id })).toMatchObject({ state: 'ready' });
        await store.cancel({ tenant, id: jobId });
        await store.removeArtifact({ tenant, id });
        await expect(store.getArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
      });

      it('is not removed while the job is running', async () => {
        const { store, claim } = scene();
        const { id, jobId } = await submitWith();
        const claimed = await claim(jobId);
        await expect(store.removeArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_IN_USE' });
        await store.fail(claimed.claim, finalFailure);
        await store.removeArtifact({ tenant, id });
        await expect(store.getArtifact({ tenant, id })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
      });

      it('is removed when the job has completed, which keeps its name', async () => {
        const { store, claim, read } = scene();
        const { id, jobId } = await submitWith();
        await store.complete((await claim(jobId)).claim, { outputs: [], summary: {} });
        await store.removeArtifact({ tenant, id });
        const job = await read(jobId);
        const artifact = use === 'document' ? job.input : job.assets[0]?.artifact;
        expect(artifact).toMatchObject({ id, state: 'deleting', fileName: 'menu.sla' });
      });
    });
  });
}
