import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, otherTenant, patientSweep, tenant } from './job-store-scene.ts';

const zeros = { jobs: 0, events: 0, artifacts: 0, bytes: 0, webhooks: 0, webhookDeliveries: 0 };
const nothingLeft = { ...zeros, contentsToDelete: 0, bytesToDelete: 0, rowsToDelete: 0 };

/** `erasureReport`, `cancelForErasure`, `eraseSome`. */
export function describeErasing({ scene }: JobStoreSubject): void {
  const report = (jobId?: string) => scene().store.erasureReport({ tenant, jobId });
  async function eraseAll(jobId?: string, limit = 100): Promise<number> {
    const { store } = scene();
    for (let jobs = 0; ; ) {
      const cancelled = await store.cancelForErasure({ tenant, jobId }, { limit });
      const some = await store.eraseSome({ tenant, jobId }, { limit });
      expect(some.jobs).toBeLessThanOrEqual(limit);
      jobs += some.jobs;
      if (cancelled.length + some.jobs + some.artifacts === 0) return jobs;
    }
  }
  async function sweepAndDelete(): Promise<void> {
    const { store } = scene();
    const { deletable } = await store.sweep({ ...patientSweep, keepDeletedMs: 1_000 });
    for (const content of deletable) await store.confirmDeleted(content);
  }

  describe('erasing', () => {
    it('leaves nothing of a tenant, in small steps, once the sweeper has deleted its content', async () => {
      const { submit, submitAndClaim, upload, beginArtifact, store, advanceTime } = scene();
      for (let index = 0; index < 3; index += 1) await submit({ idempotencyKey: `key-${index}`, reference: 'order' });
      await submitAndClaim();
      await store.removeArtifact({ tenant, id: (await upload()).id });
      await upload();
      await beginArtifact();
      const theirs = await submit({ tenant: otherTenant });
      expect(await report()).toMatchObject({ jobs: 4, events: 5, artifacts: 6, bytes: 5 * 1_234, contentsToDelete: 1 });
      expect(await eraseAll(undefined, 1)).toBe(4);
      expect(await report()).toEqual({ ...nothingLeft, contentsToDelete: 7, bytesToDelete: 6 * 1_234 });
      await sweepAndDelete();
      expect(await report()).toEqual({ ...nothingLeft, rowsToDelete: 7 });
      await advanceTime(1_001);
      await sweepAndDelete();
      expect(await report()).toEqual(nothingLeft);
      expect(await eraseAll()).toBe(0);
      expect((await store.get({ tenant: otherTenant, id: theirs.job.id })).input.state).toBe('ready');
      expect(await submit({ idempotencyKey: 'key-0' })).toMatchObject({ created: true });
    });

    it('of a job keeps what another job of the tenant uses, and tells what is left of it', async () => {
      const { submit, submitAndClaim, output, store, read, advanceTime } = scene();
      const done = await submitAndClaim();
      await store.complete(done.claim, { outputs: [await output()], summary: {} });
      const other = await submit({ inputArtifactId: done.job.input.id });
      expect(await report(done.job.id)).toMatchObject({ jobs: 1, events: 3, artifacts: 1, bytes: 1_234 });
      expect(await eraseAll(done.job.id)).toBe(1);
      expect((await read(other.job.id)).input).toMatchObject({ state: 'ready', fileName: 'menu.sla' });
      expect(await report(done.job.id)).toEqual({ ...nothingLeft, contentsToDelete: 1, bytesToDelete: 1_234 });
      await sweepAndDelete();
      await advanceTime(1_001);
      await sweepAndDelete();
      expect(await report(done.job.id)).toEqual(nothingLeft);
    });

    it('cancels a running job first, whose worker can write nothing any more', async () => {
      const { submitAndClaim, store, eventTypes } = scene();
      const { claim, job } = await submitAndClaim();
      expect(await store.eraseSome({ tenant, jobId: job.id }, { limit: 10 })).toEqual({ ...zeros, records: 0 });
      expect(await store.cancelForErasure({ tenant, jobId: job.id }, { limit: 10 })).toEqual([
        { id: job.id, type: 'render' },
      ]);
      expect(await eventTypes(job.id)).toEqual(['queued', 'started', 'cancelled']);
      await expect(store.fail(claim, finalFailure)).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      await eraseAll(job.id);
      await expect(store.fail(claim, finalFailure)).rejects.toMatchObject({ code: 'CLAIM_LOST' });
    });

    it('of a tenant takes what is known of its feed along', async () => {
      const { submit, store, advanceTime } = scene();
      const { job } = await submit();
      await store.cancel({ tenant, id: job.id });
      await advanceTime(1_000);
      await store.purge({ olderThanMs: 500, limit: 10 });
      expect((await store.readFeed({ scope: { tenant }, after: 0 })).entries).toMatchObject([{ type: 'reset' }]);
      await eraseAll();
      expect((await store.readFeed({ scope: { tenant }, after: 0 })).entries).toEqual([]);
    });

    it('is refused with a limit that is none', async () => {
      const { store } = scene();
      for (const limit of [0, 1_001, 0.5]) {
        for (const name of ['cancelForErasure', 'eraseSome'] as const) {
          await expect(store[name]({ tenant }, { limit })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
        }
      }
    });

    it("touches no other tenant's job", async () => {
      const { submit, read, store } = scene();
      const { job } = await submit();
      const scope = { tenant: otherTenant, jobId: job.id };
      expect(await store.cancelForErasure(scope, { limit: 10 })).toEqual([]);
      expect(await store.eraseSome(scope, { limit: 10 })).toEqual({ ...zeros, records: 0 });
      expect(await store.erasureReport(scope)).toEqual(nothingLeft);
      expect((await read(job.id)).status).toBe('queued');
    });
  });
}
