import { type Logger, PubpipeError, silentLogger } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { expect, test } from 'vitest';
import { endOf, namesUpTo, openMergeScene, readReport, recordsOf } from '../support/merge-scene.ts';
import { readText } from '../support/open-test-pipeline.ts';
import type { RenderScene } from '../support/scripted-renderer.ts';

const whole = (name: string, { deliver }: RenderScene) => deliver('document.pdf', `the card of ${name}`);

const made = { path: 'xml', pathReason: 'a text with variables lies beside the pages' };

test('a merge publishes a file for each record, under its name, and reports on all', async () => {
  const { pipeline, mergeToEnd, stopWorkers, scratchLeftovers } = await openMergeScene(whole);
  const job = await mergeToEnd({ csv: namesUpTo(12), name: 'cards/%VAR_COUNT%-%VAR_name%' });
  expect(job).toMatchObject({ type: 'merge', status: 'completed', attempt: 1, outputs: [], previews: [] });
  const records = await recordsOf(pipeline, job);
  expect(records.map(({ first, status, files }) => [first, status, files.map(({ name }) => name)])).toEqual(
    Array.from({ length: 12 }, (_, index) => {
      const count = index + 1;
      return [count, 'rendered', [`cards/${String(count).padStart(2, '0')}-name-${count}.pdf`]];
    }),
  );
  const { body, artifact } = await pipeline.download({ id: records[6]?.files[0]?.artifact.id ?? '' });
  expect(await readText(body)).toBe('the card of name-7');
  expect(artifact).toMatchObject({ fileName: '07-name-7.pdf', mediaType: 'application/pdf', kind: 'rendition' });
  const completed = (await pipeline.events(job)).at(-1);
  expect(completed).toMatchObject({ type: 'completed', data: { records: { total: 12, rendered: 12, failed: 0 } } });
  expect(await readReport(pipeline, job)).toMatchObject({
    template: 'card.sla',
    data: 'people.csv',
    ...made,
    paths: { fast: 0, xml: 12 },
    format: 'csv',
    encoding: 'utf-8',
    records: 12,
    rendered: 12,
    failed: 0,
    resumeFrom: null,
    findings: [],
    documents: records.map(({ first, name, files }) => ({
      records: { first, last: first },
      name,
      status: 'rendered',
      ...made,
      outputs: files.map((file) => file.name),
    })),
  });
  await stopWorkers();
  expect(await scratchLeftovers()).toEqual([]);
});

test('progress tells of records, and not of each', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(whole, { slots: 4 });
  const job = await mergeToEnd({ csv: namesUpTo(300) });
  const progress = (await pipeline.events(job)).filter(({ type }) => type === 'progress');
  expect(progress.at(-1)?.data).toMatchObject({ stage: 'exporting', recordsTotal: 300, recordsFailed: 0 });
  expect(progress.length).toBeLessThan(60);
  expect(job.outputs).toEqual([]);
});

const failSome = async (name: string, scene: RenderScene) => {
  if (name === 'name-3') throw new PubpipeError('RENDER_FAILED', 'The export was refused.', { details: { page: 1 } });
  if (name === 'name-5') {
    const findings = [{ check: 'overset-text', severity: 'error', message: 'Too long.', object: 'Text4', page: 1 }];
    throw new PubpipeError('PREFLIGHT_FAILED', 'Text4 overflows.', { details: { findings } });
  }
  await whole(name, scene);
};

test('a record that fails holds none back: the job fails with what was made, and says which failed', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(failSome);
  const job = await mergeToEnd({ csv: namesUpTo(8) });
  expect(job).toMatchObject({
    status: 'failed',
    attempt: 1,
    error: { code: 'RECORDS_FAILED', details: { rendered: 6, failed: 2, records: [3, 5] } },
  });
  const records = await recordsOf(pipeline, job);
  expect(records.filter(({ status }) => status === 'rendered')).toHaveLength(6);
  expect(records[2]).toMatchObject({
    status: 'failed',
    error: { code: 'RENDER_FAILED', details: { page: 1 } },
    files: [],
  });
  expect(records[4]).toMatchObject({ findings: [{ check: 'overset-text', object: 'Text4' }] });
  expect(await readReport(pipeline, job)).toMatchObject({
    rendered: 6,
    failed: 2,
    findings: [{ check: 'overset-text', object: 'Text4', page: 1, records: [5], documents: 1 }],
  });
});

test('a merge that skips completes without the records that fail', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(failSome);
  const job = await mergeToEnd({ csv: namesUpTo(8), onRecordError: 'skip' });
  expect(job).toMatchObject({ status: 'completed', error: undefined });
  expect((await pipeline.events(job)).at(-1)?.data).toMatchObject({ records: { total: 8, rendered: 6, failed: 2 } });
  const all = await mergeToEnd({ csv: 'name\nname-3\nname-5', onRecordError: 'skip' });
  expect(all).toMatchObject({ status: 'failed', error: { code: 'RECORDS_FAILED', details: { rendered: 0 } } });
});

test('a merge that stops fails as its record did, and begins nothing more', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(failSome, { slots: 1 });
  const job = await mergeToEnd({ csv: namesUpTo(8), onRecordError: 'stop' });
  expect(job).toMatchObject({ status: 'failed', error: { code: 'RENDER_FAILED', details: { record: 3, page: 1 } } });
  expect((await recordsOf(pipeline, job)).map(({ first }) => first)).toEqual([1, 2, 3]);
});

test('a retry by hand makes only the records that failed', async () => {
  const rendered: string[] = [];
  let broken = true;
  const { pipeline, mergeToEnd } = await openMergeScene(async (name, scene) => {
    rendered.push(name);
    await (broken ? failSome : whole)(name, scene);
  });
  const failed = await mergeToEnd({ csv: namesUpTo(8), name: '%VAR_name%' });
  broken = false;
  rendered.length = 0;
  const job = await endOf(pipeline, await pipeline.retry(failed));
  expect(rendered.toSorted()).toEqual(['name-3', 'name-5']);
  expect(job).toMatchObject({ status: 'completed', attempt: 2 });
  const records = await recordsOf(pipeline, job);
  expect(records.map(({ name, attempt }) => [name, attempt])).toEqual(
    Array.from({ length: 8 }, (_, index) => [`name-${index + 1}`, [2, 4].includes(index) ? 2 : 1]),
  );
  expect(await readReport(pipeline, job)).toMatchObject({ rendered: 8, failed: 0 });
});

test('a record that may go through is tried again with the job, the others are not', async () => {
  const begun = new Map<string, number>();
  const { pipeline, mergeToEnd } = await openMergeScene(async (name, scene) => {
    begun.set(name, (begun.get(name) ?? 0) + 1);
    if (name === 'name-2' && begun.get(name) === 1) throw new PubpipeError('RENDER_TIMEOUT', 'Too slow.');
    if (name === 'name-4') throw new PubpipeError('RENDER_TIMEOUT', 'Always too slow.');
    await failSome(name, scene);
  });
  const job = await mergeToEnd({ csv: namesUpTo(4) });
  expect(Object.fromEntries(begun)).toEqual({ 'name-1': 1, 'name-2': 2, 'name-3': 1, 'name-4': 3 });
  expect(job).toMatchObject({
    status: 'failed',
    attempt: 3,
    error: { code: 'RECORDS_FAILED', details: { records: [3, 4] } },
  });
  const records = await recordsOf(pipeline, job);
  expect(records.map(({ status }) => status)).toEqual(['rendered', 'rendered', 'failed', 'failed']);
});

test('a record that crashes Scribus fails the merge with the others made, and does not poison it', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(async (name, scene) => {
    if (name === 'name-2') throw new PubpipeError('RENDERER_CRASHED', 'Scribus died.');
    await whole(name, scene);
  });
  const job = await mergeToEnd({ csv: namesUpTo(4) });
  expect(job).toMatchObject({ status: 'failed', attempt: 2, crashCount: 1, error: { code: 'RECORDS_FAILED' } });
  expect((await recordsOf(pipeline, job)).filter(({ status }) => status === 'rendered')).toHaveLength(3);
});

const away = new PubpipeError('JOB_STORE_UNAVAILABLE', 'The database is away.');

test('a database that is away for a moment costs no record that was published', async () => {
  const rendered: string[] = [];
  const { pipeline, mergeToEnd } = await openMergeScene(
    async (name, scene) => {
      rendered.push(name);
      await whole(name, scene);
    },
    {
      slots: 1,
      aroundJobStore: (store) =>
        failing(store, {
          publishRecords: (call) => (call === 2 ? { when: 'before', error: away } : undefined),
        }),
    },
  );
  const job = await mergeToEnd({ csv: namesUpTo(120) });
  expect(job).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
  expect(await recordsOf(pipeline, job)).toHaveLength(120);
  // What the first attempt had published was not made again.
  expect(rendered.filter((name) => name === 'name-1')).toHaveLength(1);
});

test('a disk that is full fails the attempt, and no record', async () => {
  let isFull = true;
  const { pipeline, mergeToEnd } = await openMergeScene(async (name, scene) => {
    if (name === 'name-2' && isFull) {
      isFull = false;
      throw new PubpipeError('OUTPUT_UNWRITABLE', 'No space is left.');
    }
    await whole(name, scene);
  });
  const job = await mergeToEnd({ csv: namesUpTo(4) });
  expect(job).toMatchObject({ status: 'completed', attempt: 2, failures: 1 });
  expect((await recordsOf(pipeline, job)).map(({ status }) => status)).toEqual(Array(4).fill('rendered'));
});

test('only the records that are wanted are made, under the names that they have among all', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(whole);
  const job = await mergeToEnd({ csv: 'name\nanna\nanna\nbert\nanna', name: '%VAR_name%', from: 2, to: 3 });
  expect((await recordsOf(pipeline, job)).map(({ first, name }) => [first, name])).toEqual([
    [2, 'anna-2'],
    [3, 'bert'],
  ]);
  expect((await pipeline.events(job)).at(-1)?.data).toMatchObject({ records: { total: 2, rendered: 2 } });
});

test('proofs are page images of the records that are asked for', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(async (name, scene) => {
    await whole(name, scene);
    const proof = scene.request.renditions.find(({ kind }) => kind === 'png');
    if (proof?.kind === 'png') await scene.deliver(`${proof.prefix}0001.png`, `at ${proof.dpi} dpi`, 1);
  });
  const job = await mergeToEnd({ csv: namesUpTo(4), proofs: { records: [2, 4, 5], dpi: 96 } });
  const files = (await recordsOf(pipeline, job)).map((record) => record.files.map(({ name, page }) => [name, page]));
  expect(files).toEqual([
    [['1.pdf', undefined]],
    [
      ['2.pdf', undefined],
      ['2-proof-0001.png', 1],
    ],
    [['3.pdf', undefined]],
    [
      ['4.pdf', undefined],
      ['4-proof-0001.png', 1],
    ],
  ]);
  expect(job.previews).toEqual([]);
  expect(await readReport(pipeline, job)).toMatchObject({
    documents: [{ proofs: [] }, { proofs: ['2-proof-0001.png'] }, { proofs: [] }, { proofs: ['4-proof-0001.png'] }],
    missingProofs: [5],
  });
});

test('cancelling ends a merge, and keeps what it has published', async () => {
  const someAreThere = Promise.withResolvers<void>();
  const opened = await openMergeScene(
    async (name, scene) => {
      if (name === 'name-60') {
        someAreThere.resolve();
        await new Promise((_, reject) => scene.signal.addEventListener('abort', () => reject(scene.signal.reason)));
      }
      await whole(name, scene);
    },
    { slots: 1 },
  );
  const { pipeline, submitMerge, stopWorkers, scratchLeftovers } = opened;
  const job = await submitMerge({ csv: namesUpTo(70) });
  await someAreThere.promise;
  await expect.poll(async () => (await recordsOf(pipeline, job)).length, { interval: 10 }).toBe(59);
  await pipeline.cancel(job);
  await stopWorkers();
  expect(await pipeline.get(job)).toMatchObject({ status: 'cancelled', outputs: [] });
  const records = await recordsOf(pipeline, job);
  expect(records.every(({ files }) => files[0]?.artifact.state === 'ready')).toBe(true);
  expect(records).toHaveLength(59);
  expect(await scratchLeftovers()).toEqual([]);
});

test('a worker that shuts down hands a merge back, and the next one goes on', async () => {
  const rendered: string[] = [];
  const stuck = Promise.withResolvers<void>();
  const opened = await openMergeScene(
    async (name, scene) => {
      rendered.push(name);
      if (name === 'name-20' && rendered.length === 20) {
        stuck.resolve();
        await new Promise((_, reject) => scene.signal.addEventListener('abort', () => reject(scene.signal.reason)));
      }
      await whole(name, scene);
    },
    { slots: 1, startWorker: false, worker: { sweep: { intervalMs: 20 } } },
  );
  const { pipeline, submitMerge, startWorker } = opened;
  const job = await submitMerge({ csv: namesUpTo(40) });
  const worker = startWorker();
  await stuck.promise;
  await worker.close({ drainTimeoutMs: 0 });
  // Whole ones were published although they waited for others.
  const before = await recordsOf(pipeline, job);
  expect(before.length).toBeGreaterThan(0);
  startWorker();
  expect(await endOf(pipeline, job)).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
  const records = await recordsOf(pipeline, job);
  expect(records).toHaveLength(40);
  expect(records.slice(0, before.length)).toEqual(before);
  for (const { first } of before) expect(rendered.filter((name) => name === `name-${first}`)).toHaveLength(1);
});

test('a worker without a merger leaves merges to others', async () => {
  const { pipeline, submitMerge, uploadText } = await openMergeScene(whole, {
    worker: { merger: undefined, sweep: { intervalMs: 20 } },
  });
  const merge = await submitMerge({ csv: namesUpTo(1) });
  const document = await uploadText('a.sla', nameOf('someone'));
  const render = await pipeline.renderAndWait({ document: document.id, renditions: [{ kind: 'pdf' }] });
  expect(render.status).toBe('completed');
  expect(await pipeline.get(merge)).toMatchObject({ status: 'queued', attempt: 0, lostClaims: 0 });
});

test('a worker without a merger says so when a merge has waited for a minute', async () => {
  const said = Promise.withResolvers<object>();
  const logger: Logger = {
    ...silentLogger,
    warn: (facts, message) => {
      if (message.startsWith('a job waits for a worker')) said.resolve(facts);
    },
  };
  const { submitMerge } = await openMergeScene(whole, {
    logger,
    worker: { merger: undefined, sweep: { intervalMs: 20 } },
    aroundJobStore: (store) => ({
      ...store,
      claim: ({ onLeft, ...request }) =>
        store.claim({ ...request, onLeft: (job) => onLeft?.({ ...job, waitedMs: job.waitedMs + 60_000 }) }),
    }),
  });
  const { id: jobId, tenant } = await submitMerge({ csv: namesUpTo(1) });
  expect(await said.promise).toEqual({ jobId, tenant, type: 'merge', waitedMs: expect.any(Number) });
});

const nameOf = (name: string) => `<ITEXT CH="${name}"/>`;

test('a merge that is to be one file fails at a worker without a joiner before anything is rendered', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(whole);
  const job = await mergeToEnd({ csv: namesUpTo(3), output: 'both', maxAttempts: 1 });
  expect(job).toMatchObject({ status: 'failed', error: { code: 'RENDERER_UNAVAILABLE' } });
  expect(await recordsOf(pipeline, job)).toEqual([]);
});

test('requests say what is wrong with them before anything is queued', async () => {
  const { pipeline, submitMerge } = await openMergeScene(whole, { startWorker: false });
  const csv = namesUpTo(1);
  const wrong = [
    { renditions: [{ kind: 'pdf' as const, fileName: 'a.pdf' as never }] },
    { renditions: [{ kind: 'pdf' as const }, { kind: 'pdf' as const }] },
    { renditions: [{ kind: 'png' as const }], output: 'both' as const },
    { from: 3, to: 2 },
    { name: '  ' },
    { assets: [{ name: 'records' as never, artifact: crypto.randomUUID() }] },
  ];
  for (const request of wrong) {
    await expect(submitMerge({ csv, ...request })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  }
  expect((await pipeline.list()).jobs).toEqual([]);
});
