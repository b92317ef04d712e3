import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { contentOf, finalFailure, otherTenant, tenant } from './job-store-scene.ts';

/** `complete`, and `heartbeat` before it. */
export function describeCompleting({ scene }: JobStoreSubject): void {
  describe('a heartbeat', () => {
    it('adds a progress event if there is one, and shows how far the attempt is', async () => {
      const { submitAndClaim, store, read } = scene();
      const { claim, job } = await submitAndClaim();
      const progress = { stage: 'exporting', pageCount: 12, pagesDone: 3 } as const;
      await store.heartbeat(claim, { leaseMs: 1_000, progress });
      expect((await read(job.id)).progress).toEqual(progress);
      expect((await store.events({ tenant, id: job.id })).at(-1)).toMatchObject({ type: 'progress', data: progress });
    });

    it('adds no event without progress, and keeps the progress there is', async () => {
      const { submitAndClaim, store, read, eventTypes } = scene();
      const { claim, job } = await submitAndClaim();
      await store.heartbeat(claim, { leaseMs: 1_000, progress: { stage: 'opening' } });
      await store.heartbeat(claim, { leaseMs: 1_000 });
      expect(await eventTypes(job.id)).toEqual(['queued', 'started', 'progress']);
      expect((await read(job.id)).progress).toEqual({ stage: 'opening' });
    });
  });

  describe('completing', () => {
    it('makes all outputs visible at once: previews become outputs, the rest is new', async () => {
      const { submitAndClaim, store, previewOf, output, read } = scene();
      const { claim, job } = await submitAndClaim();
      const preview = await previewOf(1);
      await store.publishPreview(claim, preview);
      const outputs = [preview, await output(), { ...(await output('page-2.png')), page: 2 }];
      await store.complete(claim, { outputs, summary: { pageCount: 2 } });

      const completed = await read(job.id);
      expect(completed).toMatchObject({ status: 'completed', progress: undefined, error: undefined, attempt: 1 });
      expect(completed.finishedAt).toBeGreaterThanOrEqual(job.createdAt);
      expect(completed.previews).toEqual([]);
      const shown = completed.outputs.map(({ role, name, page, attempt, artifact: { id, state } }) => ({
        role,
        name,
        page,
        attempt,
        id,
        state,
      }));
      const sorted = shown.toSorted((a, b) => a.name.localeCompare(b.name));
      expect(sorted).toEqual([
        {
          role: 'output',
          name: 'document.pdf',
          page: undefined,
          attempt: 1,
          id: outputs[1]?.artifactId,
          state: 'ready',
        },
        { role: 'output', name: 'page-1.png', page: 1, attempt: 1, id: preview.artifactId, state: 'ready' },
        { role: 'output', name: 'page-2.png', page: 2, attempt: 1, id: outputs[2]?.artifactId, state: 'ready' },
      ]);
      expect((await store.events({ tenant, id: job.id })).at(-1)).toMatchObject({
        type: 'completed',
        data: { attempt: 1, pageCount: 2 },
      });
    });

    it('shows the reports of the last attempt that ended, whether it failed or completed', async () => {
      const { submitAndClaim, claim: claimAgain, store, output, read } = scene();
      const { claim, job } = await submitAndClaim();
      const [first, second] = [await output('preflight.json'), await output('preflight.json')];
      await store.fail(claim, { ...finalFailure, retryInMs: 0, reports: [first] });
      const failed = await read(job.id);
      await store.complete((await claimAgain(job.id)).claim, { outputs: [], reports: [second], summary: {} });
      const completed = await read(job.id);

      const shown = (reports: typeof failed.reports) =>
        reports.map(({ role, name, attempt, artifact: { id, state } }) => ({ role, name, attempt, id, state }));
      const report = { role: 'report', name: 'preflight.json', state: 'ready' };
      expect(shown(failed.reports)).toEqual([{ ...report, attempt: 1, id: first.artifactId }]);
      expect(shown(completed.reports)).toEqual([{ ...report, attempt: 2, id: second.artifactId }]);
      expect(completed.outputs).toEqual([]);
      await expect(store.getArtifact({ tenant, id: first.artifactId })).rejects.toMatchObject({
        code: 'ARTIFACT_EXPIRED',
      });
    });

    it('clears the error of an attempt before', async () => {
      const { submitAndClaim, claim: claimAgain, store, read } = scene();
      const { claim, job } = await submitAndClaim();
      await store.fail(claim, { ...finalFailure, retryInMs: 0 });
      await store.complete((await claimAgain(job.id)).claim, { outputs: [], summary: {} });
      expect(await read(job.id)).toMatchObject({ status: 'completed', error: undefined, failures: 1 });
    });

    it.each([
      ['that is not pending any more', async () => (await scene().upload()).id],
      ['of another tenant', async () => (await scene().beginArtifact({ tenant: otherTenant })).id],
      ['that is unknown', async () => crypto.randomUUID()],
      ['that is listed twice', undefined],
      [
        'that is a preview of another job',
        async () => {
          const { claim } = await scene().submitAndClaim();
          const preview = await scene().previewOf(1);
          await scene().store.publishPreview(claim, preview);
          return preview.artifactId;
        },
      ],
    ])('with an output %s changes nothing at all', async (_what, artifactId) => {
      const { submitAndClaim, store, previewOf, output, snapshot, read } = scene();
      const { claim, job } = await submitAndClaim();
      const preview = await previewOf(1);
      await store.publishPreview(claim, preview);
      const good = await output();
      const bad = { ...good, name: 'other.pdf', artifactId: (await artifactId?.()) ?? good.artifactId };
      const before = await snapshot(job.id);
      const work = store.complete(claim, { outputs: [preview, good, bad], summary: {} });
      await expect(work).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      expect(await snapshot(job.id)).toEqual(before);
      await expect(store.getArtifact({ tenant, id: good.artifactId })).rejects.toMatchObject({
        code: 'ARTIFACT_NOT_FOUND',
      });
      // The attempt goes on.
      await store.complete(claim, { outputs: [preview, good], summary: {} });
      expect((await read(job.id)).outputs).toHaveLength(2);
    });

    it('without previews and with an output that is not pending changes nothing at all', async () => {
      const { submitAndClaim, upload, output, store, snapshot, read } = scene();
      const { claim, job } = await submitAndClaim();
      const [good, report] = [await output(), await output('preflight.json')];
      const bad = { ...good, name: 'other.pdf', artifactId: (await upload()).id };
      const before = await snapshot(job.id);
      const work = store.complete(claim, { outputs: [good, bad], reports: [report], summary: {} });
      await expect(work).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND', details: { artifactId: bad.artifactId } });
      expect(await snapshot(job.id)).toEqual(before);
      await store.complete(claim, { outputs: [good], reports: [report], summary: {} });
      expect(await read(job.id)).toMatchObject({
        outputs: [{ name: 'document.pdf', artifact: { id: good.artifactId, state: 'ready', byteSize: good.byteSize } }],
        reports: [{ name: 'preflight.json', artifact: { id: report.artifactId, state: 'ready' } }],
      });
    });

    it('refuses two outputs of the same name: nothing is written', async () => {
      const { submitAndClaim, store, output, snapshot } = scene();
      const { claim, job } = await submitAndClaim();
      const outputs = [await output(), await output()];
      const before = await snapshot(job.id);
      await expect(store.complete(claim, { outputs, summary: {} })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await snapshot(job.id)).toEqual(before);
    });

    it('refuses a preview of an attempt before', async () => {
      const { submitAndClaim, claim: claimAgain, store, previewOf, read } = scene();
      const { claim, job } = await submitAndClaim();
      const preview = await previewOf(1);
      await store.publishPreview(claim, preview);
      await store.release(claim, { maxClaims: 20 });
      const second = await claimAgain(job.id);
      const work = store.complete(second.claim, { outputs: [preview], summary: {} });
      await expect(work).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      expect((await read(job.id)).status).toBe('running');
    });

    it('never expires the outputs for being unused', async () => {
      const { submitAndClaim, store, output, advanceTime } = scene();
      const { claim } = await submitAndClaim();
      const pdf = await output();
      await store.complete(claim, { outputs: [pdf], summary: {} });
      await advanceTime(10_000_000_000);
      await store.sweep({ limit: 100, maxClaims: 20, abandonedAfterMs: 1, keepDeletedMs: 1 });
      expect(await store.getArtifact({ tenant, id: pdf.artifactId })).toMatchObject(contentSize(pdf));
    });

    const contentSize = ({ artifactId }: { readonly artifactId: string }) => {
      const { byteSize, sha256 } = contentOf({ id: artifactId });
      return { byteSize, sha256 };
    };
  });
}
