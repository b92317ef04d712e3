import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, otherTenant, tenant } from './job-store-scene.ts';

/** `retry`. */
export function describeRetrying({ scene }: JobStoreSubject): void {
  describe('retrying by hand', () => {
    it('queues a failed job again, its failures forgotten, its attempt number going on', async () => {
      const { submitAndClaim, claim: claimAgain, store, read, eventTypes } = scene();
      const { claim, job } = await submitAndClaim();
      await store.fail(claim, { ...finalFailure, crashed: true });
      const retried = await store.retry({ tenant, id: job.id });
      expect(retried).toMatchObject({
        status: 'queued',
        attempt: 1,
        failures: 0,
        crashCount: 0,
        error: undefined,
        finishedAt: undefined,
      });
      expect(await read(job.id)).toEqual(retried);
      expect((await eventTypes(job.id)).at(-1)).toBe('retried');
      expect(await store.undispatched({ limit: 10 })).toEqual([{ jobId: job.id, dispatch: 2, priority: 0, tenant }]);
      expect((await claimAgain(job.id)).claim.attempt).toBe(2);
    });

    it('queues a cancelled job again, due at once', async () => {
      const { submit, claim, store } = scene();
      const { job } = await submit({ delayMs: 1_000_000 });
      await store.cancel({ tenant, id: job.id });
      await store.retry({ tenant, id: job.id });
      expect((await claim(job.id)).claim.attempt).toBe(1);
    });

    it('refuses a job that has not failed and was not cancelled', async () => {
      const { submit, submitAndClaim, store, snapshot } = scene();
      const queued = await submit();
      const running = await submitAndClaim();
      const completed = await submitAndClaim();
      await store.complete(completed.claim, { outputs: [], summary: {} });
      for (const { job } of [queued, running, completed]) {
        const before = await snapshot(job.id);
        await expect(store.retry({ tenant, id: job.id })).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
        expect(await snapshot(job.id)).toEqual(before);
      }
    });

    it('retries once, however often it is asked at the same time', async () => {
      const { submit, store, elsewhere = store, eventTypes } = scene();
      const { job } = await submit();
      await store.cancel({ tenant, id: job.id });
      const asked = [store, elsewhere, store, elsewhere].map((asker) => asker.retry({ tenant, id: job.id }));
      const answers = await Promise.allSettled(asked);
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await eventTypes(job.id)).toEqual(['queued', 'cancelled', 'retried']);
    });

    it.each(['document', 'asset'] as const)('refuses when the %s is gone, and changes nothing', async (use) => {
      const { upload, submitAndClaim, store, snapshot } = scene();
      const { id } = await upload();
      const uses = use === 'document' ? { inputArtifactId: id } : { assets: [{ name: 'logo.png', artifactId: id }] };
      const { claim, job } = await submitAndClaim(uses);
      await store.fail(claim, finalFailure);
      await store.removeArtifact({ tenant, id });
      const before = await snapshot(job.id);
      await expect(store.retry({ tenant, id: job.id })).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
      expect(await snapshot(job.id)).toEqual(before);
    });

    it('needs its artifacts again from then on', async () => {
      const { submit, store } = scene();
      const { job } = await submit();
      await store.cancel({ tenant, id: job.id });
      await store.retry({ tenant, id: job.id });
      await expect(store.removeArtifact({ tenant, id: job.input.id })).rejects.toMatchObject({
        code: 'ARTIFACT_IN_USE',
      });
    });

    it('either retries or removes the document, when both are asked at the same time', async () => {
      const { submit, store, elsewhere = store, read } = scene();
      for (let round = 0; round < 10; round += 1) {
        const { job } = await submit();
        await store.cancel({ tenant, id: job.id });
        await Promise.allSettled([
          store.retry({ tenant, id: job.id }),
          elsewhere.removeArtifact({ tenant, id: job.input.id }),
        ]);
        const { status, input } = await read(job.id);
        expect(['queued ready', 'cancelled deleting']).toContain(`${status} ${input.state}`);
      }
    });

    it('knows no job of another tenant, and none under an unknown id', async () => {
      const { submit, store, read } = scene();
      const { job } = await submit();
      await store.cancel({ tenant, id: job.id });
      await expect(store.retry({ tenant: otherTenant, id: job.id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      await expect(store.retry({ tenant, id: crypto.randomUUID() })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      expect((await read(job.id)).status).toBe('cancelled');
    });
  });
}
