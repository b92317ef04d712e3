import { describe, expect, it } from 'vitest';
import type { Claim, ClaimedJob } from '../../ports/job-store.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, leaseMs, loseClaim, otherTenant, tenant } from './job-store-scene.ts';

/** Every write of an attempt that is over rejects with `CLAIM_LOST`, and nothing is written. */
export function describeFence({ scene }: JobStoreSubject): void {
  const writes: Readonly<Record<string, (claim: Claim) => Promise<unknown>>> = {
    heartbeat: (claim) => scene().store.heartbeat(claim, { leaseMs: 10 * leaseMs }),
    'heartbeat with progress': (claim) => {
      return scene().store.heartbeat(claim, { leaseMs: 10 * leaseMs, progress: { stage: 'exporting' } });
    },
    publishPreview: async (claim) => scene().store.publishPreview(claim, await scene().previewOf(1)),
    complete: async (claim) => {
      return scene().store.complete(claim, { outputs: [await scene().output()], summary: { pageCount: 1 } });
    },
    'complete without outputs': (claim) => scene().store.complete(claim, { outputs: [], summary: {} }),
    fail: (claim) => scene().store.fail(claim, finalFailure),
    'fail with a retry': (claim) => scene().store.fail(claim, { ...finalFailure, crashed: true, retryInMs: 0 }),
    release: (claim) => scene().store.release(claim, { maxClaims: 20 }),
  };

  const ends: Readonly<Record<string, (claimed: ClaimedJob) => Promise<unknown>>> = {
    'its lease was lost and the job claimed again': ({ claim }) => loseClaim(scene(), claim),
    'its lease was lost and the job is queued': async () => {
      await scene().advanceTime(leaseMs + 1);
      await scene().store.sweep({ limit: 10, maxClaims: 20, abandonedAfterMs: leaseMs * 10, keepDeletedMs: 1 });
    },
    'the job was cancelled': ({ job }) => scene().store.cancel({ tenant, id: job.id }),
    'the job has completed': ({ claim }) => scene().store.complete(claim, { outputs: [], summary: {} }),
    'the job has failed': ({ claim }) => scene().store.fail(claim, finalFailure),
    'the job was handed back': ({ claim }) => scene().store.release(claim, { maxClaims: 20 }),
    'the job was cancelled, retried by hand and claimed again': async ({ job: { id } }) => {
      await scene().store.cancel({ tenant, id });
      await scene().store.retry({ tenant, id });
      await scene().claim(id);
    },
  };

  describe.each(Object.entries(ends))('when %s', (_end, end) => {
    it.each(Object.keys(writes))('%s rejects with CLAIM_LOST: nothing is written', async (write) => {
      const { submitAndClaim, snapshot } = scene();
      const claimed = await submitAndClaim();
      await end(claimed);
      const before = await snapshot(claimed.job.id);
      await expect(writes[write]?.(claimed.claim) ?? Promise.resolve()).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await snapshot(claimed.job.id)).toEqual(before);
    });
  });

  describe('a claim that is not one', () => {
    it.each(Object.keys(writes))('%s rejects with CLAIM_LOST for another attempt, tenant or job', async (write) => {
      const { submitAndClaim, snapshot } = scene();
      const { claim, job } = await submitAndClaim();
      const before = await snapshot(job.id);
      const others = [
        { ...claim, attempt: 2 },
        { ...claim, attempt: 0 },
        { ...claim, tenant: otherTenant },
        { ...claim, jobId: crypto.randomUUID() },
      ];
      for (const other of others)
        await expect(writes[write]?.(other) ?? Promise.resolve()).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await snapshot(job.id)).toEqual(before);
    });
  });

  it('leaves the content of a refused write to be published by nobody', async () => {
    const { submitAndClaim, store, output } = scene();
    const { claim, job } = await submitAndClaim();
    await store.cancel({ tenant, id: job.id });
    const late = await output();
    await expect(store.complete(claim, { outputs: [late], summary: {} })).rejects.toMatchObject({ code: 'CLAIM_LOST' });
    await expect(store.getArtifact({ tenant, id: late.artifactId })).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    });
  });

  it('lets a slow worker go on whose lease has expired while nobody has noticed', async () => {
    const { submitAndClaim, store, advanceTime, read } = scene();
    const { claim, job } = await submitAndClaim();
    await advanceTime(leaseMs + 1);
    await store.heartbeat(claim, { leaseMs });
    await store.complete(claim, { outputs: [], summary: {} });
    expect((await read(job.id)).status).toBe('completed');
  });
}
