import { describe, expect, it } from 'vitest';
import type { Claim } from '../../ports/job-store.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, leaseMs, otherTenant, patientSweep, tenant } from './job-store-scene.ts';

/** `publishPreview`, and what becomes of previews. */
export function describePreviews({ scene }: JobStoreSubject): void {
  describe('previews', () => {
    it('makes a page image visible while its attempt goes on', async () => {
      const { submitAndClaim, store, previewOf, read } = scene();
      const { claim, job } = await submitAndClaim();
      const preview = await previewOf(2);
      await store.publishPreview(claim, preview);
      const { previews, outputs } = await read(job.id);
      expect(previews).toMatchObject([
        {
          role: 'preview',
          name: 'page-2.png',
          page: 2,
          attempt: 1,
          artifact: { id: preview.artifactId, state: 'ready' },
        },
      ]);
      expect(outputs).toEqual([]);
      expect(await store.getArtifact({ tenant, id: preview.artifactId })).toMatchObject({ byteSize: 1_234 });
      const event = (await store.events({ tenant, id: job.id })).at(-1);
      expect(event).toMatchObject({ type: 'preview', data: { page: 2, artifactId: preview.artifactId } });
    });

    it('refuses an artifact that is not a pending one of the tenant: nothing is written', async () => {
      const { submitAndClaim, store, previewOf, upload, beginArtifact, snapshot } = scene();
      const { claim, job } = await submitAndClaim();
      const before = await snapshot(job.id);
      const preview = await previewOf(1);
      const wrong = [(await upload()).id, (await beginArtifact({ tenant: otherTenant })).id, crypto.randomUUID()];
      for (const artifactId of wrong) {
        await expect(store.publishPreview(claim, { ...preview, artifactId })).rejects.toMatchObject({
          code: 'ARTIFACT_NOT_FOUND',
        });
      }
      expect(await snapshot(job.id)).toEqual(before);
    });

    it('refuses a name that the attempt has used before: nothing is written', async () => {
      const { submitAndClaim, store, previewOf, snapshot } = scene();
      const { claim, job } = await submitAndClaim();
      await store.publishPreview(claim, await previewOf(1));
      const before = await snapshot(job.id);
      const second = await previewOf(1);
      await expect(store.publishPreview(claim, second)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await snapshot(job.id)).toEqual(before);
      await expect(store.getArtifact({ tenant, id: second.artifactId })).rejects.toMatchObject({
        code: 'ARTIFACT_NOT_FOUND',
      });
    });

    it('keeps a preview that another job uses as its document when its attempt ends', async () => {
      const { submitAndClaim, submit, store, previewOf, read } = scene();
      const { claim, job } = await submitAndClaim();
      const preview = await previewOf(1);
      await store.publishPreview(claim, preview);
      const { job: user } = await submit({ inputArtifactId: preview.artifactId });
      await store.fail(claim, finalFailure);
      expect((await read(job.id)).previews).toEqual([]);
      expect((await read(user.id)).input).toMatchObject({ id: preview.artifactId, state: 'ready' });
    });

    const ends: Readonly<Record<string, (claim: Claim) => Promise<unknown>>> = {
      'fails for good': (claim) => scene().store.fail(claim, finalFailure),
      'fails and will be tried again': (claim) => scene().store.fail(claim, { ...finalFailure, retryInMs: 0 }),
      'is cancelled': ({ jobId }) => scene().store.cancel({ tenant, id: jobId }),
      'is handed back': (claim) => scene().store.release(claim, { maxClaims: 20 }),
      'is lost': async () => {
        await scene().advanceTime(leaseMs + 1);
        await scene().store.sweep(patientSweep);
      },
      'is lost for the last time': async () => {
        await scene().advanceTime(leaseMs + 1);
        await scene().store.sweep({ ...patientSweep, maxClaims: 1 });
      },
      'completes without them': (claim) => scene().store.complete(claim, { outputs: [], summary: {} }),
    };

    it.each(Object.keys(ends))('go when the attempt %s', async (end) => {
      const { submitAndClaim, store, previewOf, read } = scene();
      const { claim, job } = await submitAndClaim();
      const preview = await previewOf(1);
      await store.publishPreview(claim, preview);
      await ends[end]?.(claim);
      const { previews, outputs } = await read(job.id);
      expect({ previews, outputs }).toEqual({ previews: [], outputs: [] });
      await expect(store.getArtifact({ tenant, id: preview.artifactId })).rejects.toMatchObject({
        code: 'ARTIFACT_EXPIRED',
      });
      const { deletable } = await store.sweep(patientSweep);
      expect(deletable.map(({ artifactId }) => artifactId)).toEqual([preview.artifactId]);
    });

    it('leave the previews of other jobs alone', async () => {
      const { submitAndClaim, store, previewOf, read } = scene();
      const first = await submitAndClaim();
      const second = await submitAndClaim();
      for (const { claim } of [first, second]) await store.publishPreview(claim, await previewOf(1));
      await store.cancel({ tenant, id: first.job.id });
      expect((await read(second.job.id)).previews).toHaveLength(1);
    });

    it('may come again under the same names in the next attempt', async () => {
      const { submitAndClaim, store, previewOf, claim: claimAgain, read } = scene();
      const { claim, job } = await submitAndClaim();
      await store.publishPreview(claim, await previewOf(1));
      await store.fail(claim, { ...finalFailure, retryInMs: 0 });
      const second = await claimAgain(job.id);
      const preview = await previewOf(1);
      await store.publishPreview(second.claim, preview);
      expect((await read(job.id)).previews).toMatchObject([{ attempt: 2, artifact: { id: preview.artifactId } }]);
    });
  });
}
