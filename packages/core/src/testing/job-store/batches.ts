import { describe, expect, it } from 'vitest';
import type { FileScope, JobFileEntry, JobFilePosition } from '../../ports/batch-store.ts';
import type { NewJob } from '../../ports/job-store.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { finalFailure, otherTenant, tenant } from './job-store-scene.ts';
import { failedRecord, renderedRecord } from './records.ts';

const id = 'order-4711';
const batch = { tenant, id };
const noJobs = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };

/** `batch`, `cancelSome` and `jobFiles`. */
export function describeBatches({ scene }: JobStoreSubject): void {
  async function complete(names: readonly string[], job: Partial<NewJob> = {}) {
    const { submitAndClaim, output, store } = scene();
    const claimed = await submitAndClaim({ batch: id, ...job });
    const outputs = [];
    for (const name of names) outputs.push(await output(name));
    await store.complete(claimed.claim, { outputs, summary: {} });
    return claimed.job.id;
  }

  describe('a batch', () => {
    it('has counts of its jobs, by state and by the code of their error', async () => {
      const { store, submit, submitAndClaim } = scene();
      const first = await submit({ batch: id });
      await submitAndClaim({ batch: id });
      await complete(['a.pdf']);
      for (const code of ['RENDER_FAILED', 'RENDER_FAILED', 'PREFLIGHT_FAILED'] as const) {
        const { claim } = await submitAndClaim({ batch: id });
        await store.fail(claim, { ...finalFailure, code });
      }
      const retried = await submitAndClaim({ batch: id });
      await store.fail(retried.claim, { ...finalFailure, retryInMs: 0 });
      await store.cancel((await submit({ batch: id })).job);
      await submit({ batch: 'order-4712' });
      await submit();
      await submit({ batch: id, tenant: otherTenant });
      expect(await store.batch(batch)).toEqual({
        id,
        tenant,
        total: 8,
        counts: { queued: 2, running: 1, completed: 1, failed: 3, cancelled: 1 },
        errors: { RENDER_FAILED: 2, PREFLIGHT_FAILED: 1 },
        createdAt: first.job.createdAt,
        finishedAt: undefined,
      });
      expect(await store.batch({ ...batch, tenant: otherTenant })).toMatchObject({ total: 1, errors: {} });
    });

    it('has finished when its last job has ended', async () => {
      const { store, advanceTime, read } = scene();
      const first = await complete([]);
      await advanceTime(5_000);
      const last = await complete([]);
      const { createdAt, finishedAt } = await store.batch(batch);
      expect(createdAt).toBe((await read(first)).createdAt);
      expect(finishedAt).toBe((await read(last)).finishedAt);
    });

    it('is not there without a job of the tenant', async () => {
      const { store, submit } = scene();
      await submit({ batch: id, tenant: otherTenant });
      await expect(store.batch(batch)).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND', details: { batch: id } });
    });
  });

  describe('cancelling some of a batch', () => {
    it('cancels those that have not ended, and their workers can write nothing any more', async () => {
      const { store, submit, submitAndClaim, previewOf, eventTypes, read } = scene();
      const done = await complete(['a.pdf']);
      const running = await submitAndClaim({ batch: id });
      await store.publishPreview(running.claim, await previewOf(1));
      const queued = await submit({ batch: id });
      const others = [await submit(), await submit({ batch: id, tenant: otherTenant }), await submit({ batch: 'b' })];
      expect(await store.cancelSome(batch, { limit: 10 })).toEqual([
        { id: running.job.id, type: 'render' },
        { id: queued.job.id, type: 'render' },
      ]);
      expect((await store.batch(batch)).counts).toEqual({ ...noJobs, completed: 1, cancelled: 2 });
      expect(await eventTypes(running.job.id)).toEqual(['queued', 'started', 'preview', 'cancelled']);
      expect((await read(running.job.id)).previews).toEqual([]);
      expect((await read(done)).status).toBe('completed');
      await expect(store.complete(running.claim, { outputs: [], summary: {} })).rejects.toMatchObject({
        code: 'CLAIM_LOST',
      });
      for (const { job } of others) expect((await store.get(job)).status).toBe('queued');
    });

    it('goes on behind a job, and does nothing again', async () => {
      const { store, submit } = scene();
      const ids = [];
      for (let index = 0; index < 5; index += 1) ids.push((await submit({ batch: id })).job.id);
      const cancelled: string[] = [];
      for (const count of [2, 2, 1, 0]) {
        const some = await store.cancelSome(batch, { limit: 2, after: cancelled.at(-1) });
        expect(some).toHaveLength(count);
        cancelled.push(...some.map((job) => job.id));
      }
      expect(cancelled).toEqual(ids);
      expect(await store.cancelSome(batch, { limit: 100 })).toEqual([]);
    });

    it('is refused with a limit that is none', async () => {
      for (const limit of [0, 1_001, 0.5]) {
        await expect(scene().store.cancelSome(batch, { limit })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
        await expect(scene().store.jobFiles({ tenant, batch: id }, { limit })).rejects.toMatchObject({
          code: 'INVALID_INPUT',
        });
      }
    });
  });

  describe('the files of jobs', () => {
    const inBatch = { tenant, batch: id };
    const namesOf = (entries: readonly JobFileEntry[]) => entries.map(({ job, file }) => [job.id, file?.name]);

    async function readAll(scope: FileScope, limit: number): Promise<readonly JobFileEntry[]> {
      const all: JobFileEntry[] = [];
      let after: JobFilePosition | undefined;
      for (;;) {
        const page = await scene().store.jobFiles(scope, { limit, after });
        all.push(...page);
        const last = page.at(-1);
        if (last === undefined || page.length < limit) return all;
        after = { jobId: last.job.id, file: last.file };
      }
    }

    it('are read in the order of the jobs, and in that of their names, with those that have none', async () => {
      const { store, submit, submitAndClaim, read } = scene();
      const first = await complete(['page-0002.png', 'document.pdf', 'page-0001.png'], { reference: 'card' });
      const failed = await submitAndClaim({ batch: id });
      await store.fail(failed.claim, finalFailure);
      const second = await complete(['a/b.pdf']);
      const queued = await submit({ batch: id });
      await complete(['theirs.pdf'], { batch: 'order-4712' });
      const entries = await store.jobFiles(inBatch, { limit: 100 });
      expect(namesOf(entries)).toEqual([
        [first, 'document.pdf'],
        [first, 'page-0001.png'],
        [first, 'page-0002.png'],
        [failed.job.id, undefined],
        [second, 'a/b.pdf'],
        [queued.job.id, undefined],
      ]);
      const [output] = (await read(first)).outputs.filter(({ name }) => name === 'document.pdf');
      expect(entries[0]).toEqual({
        job: { id: first, type: 'render', status: 'completed', reference: 'card', errorCode: undefined },
        file: { role: 'output', name: 'document.pdf', record: undefined, artifact: output?.artifact },
      });
      expect(entries[3]?.job).toMatchObject({ status: 'failed', errorCode: finalFailure.code });
      expect(namesOf(await store.jobFiles({ tenant, jobId: second }, { limit: 100 }))).toEqual([[second, 'a/b.pdf']]);
      expect(await store.jobFiles({ tenant: otherTenant, jobId: second }, { limit: 100 })).toEqual([]);
      expect(await store.jobFiles({ tenant: otherTenant, batch: id }, { limit: 100 })).toEqual([]);
    });

    it.each([1, 2, 3, 5, 9])(
      'are the outputs of a merge, and then those of its records by number, in pages of %i',
      async (limit) => {
        const { submitAndClaim, store, output } = scene();
        const { claim, job } = await submitAndClaim({ type: 'merge', batch: id });
        await store.publishRecords(claim, [await renderedRecord(scene(), 10, ['anna.pdf', 'anna.png'])]);
        const running = [
          [job.id, 'anna.pdf'],
          [job.id, 'anna.png'],
        ];
        expect(namesOf(await readAll(inBatch, limit))).toEqual(running);
        await store.publishRecords(claim, [failedRecord(3), await renderedRecord(scene(), 2, ['zoe.pdf'])]);
        await store.complete(claim, { outputs: [await output('b.pdf'), await output('a.pdf')], summary: {} });
        const after = await complete(['c.pdf']);
        const all = await readAll(inBatch, limit);
        expect(all.map(({ file }) => [file?.role, file?.name, file?.record])).toEqual([
          ['output', 'a.pdf', undefined],
          ['output', 'b.pdf', undefined],
          ['record', 'zoe.pdf', 2],
          ['record', 'anna.pdf', 10],
          ['record', 'anna.png', 10],
          ['output', 'c.pdf', undefined],
        ]);
        expect(all.at(-1)?.job.id).toBe(after);
        expect(await readAll({ tenant, jobId: job.id }, limit)).toHaveLength(5);
      },
    );

    it.each([1, 2, 3, 4, 9])('leave out and repeat none in pages of %i', async (limit) => {
      const { submit } = scene();
      const expected: (string | undefined)[][] = [];
      for (const names of [['a', 'b', 'c'], [], ['d'], ['e', 'f', 'g', 'h']]) {
        const jobId = names.length === 0 ? (await submit({ batch: id })).job.id : await complete(names);
        expected.push(...(names.length === 0 ? [[jobId, undefined]] : names.map((name) => [jobId, name])));
      }
      expect(namesOf(await readAll(inBatch, limit))).toEqual(expected);
      const [last] = expected.at(-1) ?? [];
      expect(await readAll({ tenant, jobId: last ?? '' }, limit)).toHaveLength(4);
    });
  });
}
