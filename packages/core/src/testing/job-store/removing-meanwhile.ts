import { describe, expect, it } from 'vitest';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { contentOf, finalFailure, leaseMs, tenant } from './job-store-scene.ts';

const rounds = 12;
const gone = { code: 'ARTIFACT_NOT_FOUND' };

/** `purge` and `eraseSome` beside those who still want what they remove, from connections of their own. */
export function describeRemovingMeanwhile({ scene }: JobStoreSubject): void {
  const outcomes = async (...work: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(work)).map(({ status }) => status === 'fulfilled');
  /** A cancelled job that is old enough to be purged, and its document. */
  async function oldJob(job: object = {}) {
    const { submit, store, advanceTime } = scene();
    const submitted = await submit(job);
    await store.cancel({ tenant, id: submitted.job.id });
    await advanceTime(1_001);
    return submitted.job;
  }
  const removals = {
    purge: async () => await elsewhere().purge({ olderThanMs: 1_000, limit: 100 }),
    eraseSome: async (jobId: string) => await elsewhere().eraseSome({ tenant, jobId }, { limit: 100 }),
  };
  const elsewhere = () => scene().elsewhere ?? scene().store;
  const isReady = async (id: string) => (await outcomes(scene().store.getArtifact({ tenant, id })))[0] === true;

  describe.each(['purge', 'eraseSome'] as const)('while %s removes a job', (kind) => {
    const remove = (jobId: string) => removals[kind](jobId);

    it('another job gets its document, or it is condemned, never both', async () => {
      const { newJob, store, read } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const old = await oldJob();
        const request = await newJob({ inputArtifactId: old.input.id });
        const work = [() => store.submit(request), () => remove(old.id)];
        const results = await Promise.allSettled((round % 2 === 0 ? work : work.toReversed()).map((begin) => begin()));
        const [submitted, removed] = round % 2 === 0 ? results : results.toReversed();
        expect(removed?.status).toBe('fulfilled');
        expect(await isReady(old.input.id)).toBe(submitted?.status === 'fulfilled');
        if (submitted?.status === 'rejected') expect(submitted.reason).toMatchObject(gone);
        const left = (await store.list({ tenant })).jobs.map(({ id }) => id);
        expect(left).not.toContain(old.id);
        if (left[0] !== undefined && submitted?.status === 'fulfilled') {
          expect((await read(left[0])).input).toMatchObject({ id: old.input.id, state: 'ready' });
        }
      }
    });

    it('a document that a transaction under way has linked is kept, and one that it lets go is not', async ({
      skip,
    }) => {
      const { newJob, store, inTransaction, elsewhere: other } = scene();
      skip(other === undefined, 'the database has but one connection');
      for (const commits of [true, false]) {
        const old = await oldJob();
        const request = await newJob({ inputArtifactId: old.input.id });
        const removing: Promise<unknown>[] = [];
        const linking = inTransaction(async (transaction) => {
          await store.submit(request, { transaction });
          // It waits for the link, and finds it only after this has ended.
          removing.push(remove(old.id));
          if (!commits) throw new Error('The order was refused.');
        });
        await linking.catch(() => undefined); // refused on purpose
        const [removed] = await Promise.all(removing);
        expect(removed).toMatchObject({ jobs: 1, artifacts: commits ? 0 : 1 });
        expect(await isReady(old.input.id)).toBe(commits);
      }
    });

    it('its idempotency key answers the old job or makes a new one', async () => {
      const { newJob, store } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const key = { idempotencyKey: `order-${round}` };
        const old = await oldJob(key);
        const request = await newJob(key);
        const [submitted] = await Promise.all([store.submit(request), remove(old.id)]);
        expect(submitted.created).toBe(submitted.job.id !== old.id);
        // Whatever it was: from now on the key is that of one job, and of the same request.
        const again = await store.submit(request);
        expect(again.job.id === submitted.job.id || again.created).toBe(true);
        await expect(store.submit({ ...request, requestHash: 'hash-2' })).rejects.toMatchObject({
          code: 'IDEMPOTENCY_CONFLICT',
        });
      }
    });

    it('somebody retries it by hand, or it is removed', async () => {
      const { store, read } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const old = await oldJob();
        const [retried, removed] = await outcomes(store.retry({ tenant, id: old.id }), remove(old.id));
        expect(removed).toBe(true);
        if (retried) expect(await read(old.id)).toMatchObject({ status: 'queued', input: { state: 'ready' } });
        else await expect(read(old.id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      }
    });
  });

  describe('while a job is erased', () => {
    const erase = async (jobId: string) => {
      await elsewhere().cancelForErasure({ tenant, jobId }, { limit: 10 });
      await elsewhere().eraseSome({ tenant, jobId }, { limit: 10 });
    };
    /** Nothing of it is there, and what it had made is left to the sweep. */
    async function expectNothingLeft(jobId: string, ...artifacts: readonly string[]) {
      const { store, read } = scene();
      await erase(jobId);
      await expect(read(jobId)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      expect(await store.events({ tenant, id: jobId })).toEqual([]);
      for (const id of artifacts) expect(await isReady(id)).toBe(false);
    }

    it('a worker that claims it loses it', async () => {
      const { submit, store } = scene();
      for (let round = 0; round < rounds; round += 1) {
        const { job } = await submit();
        const [claimed] = await Promise.all([store.claim({ jobId: job.id, owner: 'worker', leaseMs }), erase(job.id)]);
        await expectNothingLeft(job.id, job.input.id);
        if (claimed === undefined) continue;
        await expect(store.heartbeat(claimed.claim, { leaseMs })).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      }
    });

    it.each(['completes', 'fails', 'shows a page of', 'hands back'] as const)(
      'a worker that %s it is over',
      async (does) => {
        const { submitAndClaim, previewOf, output, store } = scene();
        for (let round = 0; round < rounds; round += 1) {
          const { claim, job } = await submitAndClaim();
          const file = does === 'shows a page of' ? await previewOf(1) : await output();
          const writes = {
            completes: () => store.complete(claim, { outputs: [file], summary: {} }),
            fails: () => store.fail(claim, { ...finalFailure, retryInMs: 0, reports: [file] }),
            'shows a page of': () =>
              store.publishPreview(claim, { ...contentOf({ id: file.artifactId }), name: 'a.png', page: 1 }),
            'hands back': () => store.release(claim, { maxClaims: 20 }),
          };
          const [, erased] = await outcomes(writes[does](), erase(job.id));
          expect(erased).toBe(true);
          await expectNothingLeft(job.id, job.input.id, file.artifactId);
          await expect(writes[does]()).rejects.toMatchObject({ code: 'CLAIM_LOST' });
        }
      },
    );
  });
}
