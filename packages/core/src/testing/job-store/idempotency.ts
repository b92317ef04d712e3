import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, otherTenant, tenant } from './job-store-scene.ts';

/** `submit` with an idempotency key. */
export function describeIdempotency({ scene }: JobStoreSubject): void {
  describe('an idempotency key that was used before', () => {
    const key = { idempotencyKey: 'order-17' };

    it('changes nothing and answers the first job', async () => {
      const { newJob, store, snapshot } = scene();
      const request = await newJob(key);
      const first = await store.submit(request);
      const before = await snapshot(first.job.id);
      const second = await store.submit(request);
      expect(second).toEqual({ ...first, created: false });
      expect(await snapshot(first.job.id)).toEqual(before);
      expect((await store.list({ tenant })).jobs).toHaveLength(1);
    });

    it('answers the first job also when it has ended and its document is gone', async () => {
      const { newJob, store, claim } = scene();
      const request = await newJob(key);
      const { job } = await store.submit(request);
      await store.fail((await claim(job.id)).claim, finalFailure);
      await store.removeArtifact({ tenant, id: request.inputArtifactId });
      const again = await store.submit(request);
      expect(again).toMatchObject({ created: false, job: { id: job.id, status: 'failed' } });
    });

    it('is a conflict for another request', async () => {
      const { newJob, store, snapshot } = scene();
      const request = await newJob(key);
      const { job } = await store.submit(request);
      const before = await snapshot(job.id);
      await expect(store.submit({ ...request, requestHash: 'hash-2' })).rejects.toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
      });
      expect(await snapshot(job.id)).toEqual(before);
      expect((await store.list({ tenant })).jobs).toHaveLength(1);
    });

    it('is free for another tenant', async () => {
      const { submit } = scene();
      const first = await submit(key);
      const other = await submit({ ...key, tenant: otherTenant, requestHash: 'hash-2' });
      expect(other.created).toBe(true);
      expect(other.job.id).not.toBe(first.job.id);
    });

    it('makes one job of concurrent repetitions', async () => {
      const { newJob, store, elsewhere = store } = scene();
      const request = await newJob(key);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? store : elsewhere).submit(request)),
      );
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    });

    it('may be left out: then every submit is a job', async () => {
      const { newJob, store } = scene();
      const request = await newJob();
      const first = await store.submit(request);
      const second = await store.submit(request);
      expect(second.created).toBe(true);
      expect(second.job.id).not.toBe(first.job.id);
    });
  });
}
