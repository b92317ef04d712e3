import { describe, expect, it } from 'vitest';
import type { Claim, LeftJob } from '../../ports/job-store.ts';
import type { NewRecord } from '../../ports/record-rows.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import {
  finalFailure,
  type JobStoreScene,
  leaseMs,
  loseClaim,
  otherTenant,
  patientSweep,
  tenant,
} from './job-store-scene.ts';

/** A record that was rendered, its files whole and not yet published. */
export async function renderedRecord(
  scene: JobStoreScene,
  first: number,
  names: readonly string[] = [`card-${first}.pdf`],
): Promise<NewRecord> {
  const files = [];
  for (const name of names) files.push(await scene.output(name));
  return {
    first,
    last: first,
    name: `card-${first}`,
    status: 'rendered',
    path: 'fast',
    pageCount: 1,
    findings: [],
    notes: [],
    files,
  };
}

/** A record that failed. */
export function failedRecord(first: number): NewRecord {
  const error = {
    code: 'RECORD_INVALID',
    message: `Record ${first} is not valid.\0`,
    details: { reason: 'asset' },
  } as const;
  const made = { path: 'xml', pathReason: 'it has images\0' } as const;
  return {
    first,
    last: first,
    name: `card-${first}`,
    status: 'failed',
    ...made,
    findings: [],
    notes: [],
    error,
    files: [],
  };
}

/** `publishRecords`, `records`, `endedRecords`. */
export function describeRecords({ scene }: JobStoreSubject): void {
  const merge = () => scene().submitAndClaim({ type: 'merge' });
  const recordsOf = async (jobId: string) => (await scene().store.records({ tenant, id: jobId })).records;

  describe('records of a merge', () => {
    it('become visible with their files while their attempt goes on, by their numbers', async () => {
      const { store } = scene();
      const { claim, job } = await merge();
      const finding = { check: 'overset-text', severity: 'error', message: 'Too long.', object: 'Text4' } as const;
      const note = { kind: 'replaced-characters', record: 12, column: 'name', message: 'Replaced.' };
      const [pdf, proof] = [await scene().output('card-12.pdf'), await scene().output('card-12-proof-0001.png')];
      const noted = { ...(await renderedRecord(scene(), 12, [])), last: 13, findings: [finding], notes: [note] };
      await store.publishRecords(claim, [{ ...noted, files: [{ ...proof, page: 1 }, pdf] }]);
      await store.publishRecords(claim, [await renderedRecord(scene(), 2), failedRecord(9)]);
      const records = await recordsOf(job.id);
      expect(records.map(({ first, last, status }) => [first, last, status])).toEqual([
        [2, 2, 'rendered'],
        [9, 9, 'failed'],
        [12, 13, 'rendered'],
      ]);
      expect(records[1]).toMatchObject({ path: 'xml', pathReason: expect.stringContaining('it has images') });
      expect(records[1]).toMatchObject({ error: { code: 'RECORD_INVALID', details: { reason: 'asset' } }, files: [] });
      expect(records[2]).toMatchObject({
        name: 'card-12',
        path: 'fast',
        pathReason: undefined,
        pageCount: 1,
        findings: [finding],
        notes: [note],
        attempt: 1,
        files: [
          { role: 'record', name: 'card-12.pdf', artifact: { id: pdf.artifactId, state: 'ready' } },
          { role: 'record', name: 'card-12-proof-0001.png', page: 1, artifact: { id: proof.artifactId } },
        ],
      });
      expect(await store.getArtifact({ tenant, id: pdf.artifactId })).toMatchObject({ byteSize: 1_234 });
    });

    it('are no event, and no part of what get and list read', async () => {
      const { store, snapshot } = scene();
      const { claim, job } = await merge();
      const before = await snapshot(job.id);
      await store.publishRecords(claim, [await renderedRecord(scene(), 1)]);
      expect(await snapshot(job.id)).toEqual(before);
      expect((await store.list({ tenant })).jobs[0]).toMatchObject({
        previews: [],
        outputs: [],
        reports: [],
        assets: [],
      });
    });

    const ends: Readonly<Record<string, (claim: Claim) => Promise<unknown>>> = {
      'fails for good': (claim) => scene().store.fail(claim, finalFailure),
      'fails and will be tried again': (claim) => scene().store.fail(claim, { ...finalFailure, retryInMs: 0 }),
      'is cancelled': ({ jobId }) => scene().store.cancel({ tenant, id: jobId }),
      'is handed back': (claim) => scene().store.release(claim, { maxClaims: 20 }),
      'is lost': (claim) => loseClaim(scene(), claim),
      'completes the job': (claim) => scene().store.complete(claim, { outputs: [], summary: {} }),
    };

    it.each(Object.keys(ends))('stay when the attempt %s', async (end) => {
      const { store } = scene();
      const { claim, job } = await merge();
      await store.publishRecords(claim, [await renderedRecord(scene(), 1), failedRecord(2)]);
      const before = await recordsOf(job.id);
      await ends[end]?.(claim);
      expect(await recordsOf(job.id)).toEqual(before);
      expect((await store.sweep(patientSweep)).deletable).toEqual([]);
    });

    it('are published all or none', async () => {
      const { store, upload, beginArtifact, snapshot } = scene();
      const { claim, job } = await merge();
      const before = await snapshot(job.id);
      const good = await renderedRecord(scene(), 1);
      const wrong = [(await upload()).id, (await beginArtifact({ tenant: otherTenant })).id, crypto.randomUUID()];
      for (const artifactId of wrong) {
        const bad = { ...good, first: 2, last: 2, files: [{ ...(await scene().output('2.pdf')), artifactId }] };
        await expect(store.publishRecords(claim, [good, bad])).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      }
      const sameName = await renderedRecord(scene(), 2, ['card-1.pdf']);
      await expect(store.publishRecords(claim, [good, sameName])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await recordsOf(job.id)).toEqual([]);
      expect(await snapshot(job.id)).toEqual(before);
      await store.publishRecords(claim, [good]);
      expect(await recordsOf(job.id)).toHaveLength(1);
    });

    it('are published once when they were rendered, and again in a later attempt when they failed', async () => {
      const { store } = scene();
      const { claim, job } = await merge();
      await store.publishRecords(claim, [await renderedRecord(scene(), 1), failedRecord(2)]);
      const { claim: later } = await loseClaim(scene(), claim);
      const again = await renderedRecord(scene(), 1, ['other.pdf']);
      await expect(store.publishRecords(later, [again])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await store.publishRecords(later, [await renderedRecord(scene(), 2)]);
      expect((await recordsOf(job.id)).map(({ first, status, attempt }) => [first, status, attempt])).toEqual([
        [1, 'rendered', 1],
        [2, 'rendered', 2],
      ]);
    });

    it('are refused from an attempt that is over: nothing is written', async () => {
      const { store } = scene();
      const { claim, job } = await merge();
      const record = await renderedRecord(scene(), 1);
      const { claim: later } = await loseClaim(scene(), claim);
      await expect(store.publishRecords(claim, [record])).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await recordsOf(job.id)).toEqual([]);
      await store.cancel({ tenant, id: job.id });
      await expect(store.publishRecords(later, [record])).rejects.toMatchObject({ code: 'CLAIM_LOST' });
      expect(await recordsOf(job.id)).toEqual([]);
    });

    it('let a claim that was lost after them count as one with an end', async () => {
      const { store, read } = scene();
      const { claim, job } = await merge();
      const { claim: second } = await loseClaim(scene(), claim);
      expect((await read(job.id)).lostClaims).toBe(1);
      await store.publishRecords(second, [await renderedRecord(scene(), 1)]);
      expect((await read(job.id)).lostClaims).toBe(0);
    });

    it('that a later attempt makes again let a lost claim count on', async () => {
      const { store, read } = scene();
      const { claim, job } = await merge();
      const { claim: second } = await loseClaim(scene(), claim);
      const error = { code: 'RENDER_TIMEOUT', message: 'It took too long.', details: {} } as const;
      await store.publishRecords(second, [{ ...failedRecord(1), error }]);
      expect((await read(job.id)).lostClaims).toBe(1);
    });

    it('are read in pages that miss none, also of one status', async () => {
      const { store } = scene();
      const { claim, job } = await merge();
      const rows = Array.from({ length: 7 }, (_, index) => failedRecord(index * 3 + 1));
      await store.publishRecords(claim, [...rows, await renderedRecord(scene(), 5)]);
      const read = async (options: { readonly status?: 'failed' | 'rendered' }) => {
        const seen: number[] = [];
        for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
          const page = await store.records({ tenant, id: job.id }, { ...options, limit: 2, cursor });
          expect(page.records.length).toBeLessThanOrEqual(2);
          seen.push(...page.records.map(({ first }) => first));
          cursor = page.nextCursor;
        }
        return seen;
      };
      expect(await read({})).toEqual([1, 4, 5, 7, 10, 13, 16, 19]);
      expect(await read({ status: 'failed' })).toEqual([1, 4, 7, 10, 13, 16, 19]);
      expect(await read({ status: 'rendered' })).toEqual([5]);
      const ended = await store.endedRecords({ tenant, id: job.id }, { after: 4, limit: 2 });
      expect(ended).toEqual([
        { first: 5, last: 5, status: 'rendered', code: undefined },
        { first: 7, last: 7, status: 'failed', code: 'RECORD_INVALID' },
      ]);
      expect(await store.endedRecords({ tenant: otherTenant, id: job.id }, { limit: 10 })).toEqual([]);
    });

    it('are none of a job that has none, and of no job of another tenant', async () => {
      const { store } = scene();
      const { job } = await merge();
      expect(await store.records({ tenant, id: job.id })).toEqual({ records: [] });
      for (const id of [
        { tenant: otherTenant, id: job.id },
        { tenant, id: crypto.randomUUID() },
      ]) {
        await expect(store.records(id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
      }
      for (const wrong of [{ limit: 0 }, { limit: 1_001 }, { cursor: 'x' }]) {
        await expect(store.records({ tenant, id: job.id }, wrong)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
      await expect(store.endedRecords({ tenant, id: job.id }, { limit: 10_001 })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
    });

    it('that failed are forgotten by a retry by hand; those that were rendered stay', async () => {
      const { store } = scene();
      const { claim, job } = await merge();
      await store.publishRecords(claim, [await renderedRecord(scene(), 1), failedRecord(2)]);
      await store.fail(claim, finalFailure);
      await store.retry({ tenant, id: job.id });
      expect((await recordsOf(job.id)).map(({ first }) => first)).toEqual([1]);
    });

    it('keep their files in use while the job runs', async () => {
      const { store } = scene();
      const { claim, job } = await merge();
      await store.publishRecords(claim, [await renderedRecord(scene(), 1)]);
      const [file] = (await recordsOf(job.id))[0]?.files ?? [];
      const removed = store.removeArtifact({ tenant, id: file?.artifact.id ?? '' });
      await expect(removed).rejects.toMatchObject({ code: 'ARTIFACT_IN_USE' });
    });
  });

  describe('a worker that can not do a type of jobs', () => {
    it('leaves them queued, and the queue is told of them again', async () => {
      const { store, submit, read } = scene();
      const { job, delivery } = await submit({ type: 'merge' });
      await store.markDispatched(delivery);
      expect(await store.undispatched({ limit: 10 })).toEqual([]);
      const left: LeftJob[] = [];
      const onLeft = (other: LeftJob) => void left.push(other);
      const request = { jobId: job.id, owner: 'worker', leaseMs, except: ['merge'], onLeft };
      expect(await store.claim(request)).toBeUndefined();
      expect(await read(job.id)).toMatchObject({ status: 'queued', attempt: 0 });
      expect(await store.undispatched({ limit: 10 })).toMatchObject([{ jobId: job.id, dispatch: 2 }]);
      const limitOf = () => ({ all: 1, standard: 1 });
      expect(await store.claim({ ...request, limitOf })).toBeUndefined();
      const told = { jobId: job.id, tenant, type: 'merge', waitedMs: expect.any(Number) };
      expect(left).toEqual([told, told]);
      expect((await store.claim({ ...request, except: ['other'] }))?.job.id).toBe(job.id);
      expect(left).toHaveLength(2);
    });

    it('is told how long they could have been claimed, and of no others', async () => {
      const { store, submit, advanceTime } = scene();
      const left: LeftJob[] = [];
      const onLeft = (job: LeftJob) => void left.push(job);
      const { job } = await submit({ type: 'merge' });
      const other = await submit({ type: 'merge', delayMs: 1_000_000 });
      const ended = await submit({ type: 'merge' });
      await store.cancel(ended.job);
      const render = await submit();
      await advanceTime(90_000);
      const limits = [undefined, () => ({ all: 0, standard: 0 })];
      for (const limitOf of limits) {
        for (const { id } of [job, other.job, ended.job, ...(limitOf === undefined ? [] : [render.job])]) {
          await store.claim({ jobId: id, owner: 'worker', leaseMs, except: ['merge'], limitOf, onLeft });
        }
      }
      expect(left.map(({ jobId }) => jobId)).toEqual([job.id, job.id]);
      for (const { waitedMs } of left) expect(waitedMs).toBeGreaterThanOrEqual(90_000);
    });
  });
}
