import { expect, test } from 'vitest';
import { openTestPipeline, type TestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const request = { renditions: [{ kind: 'pdf' as const }] };
const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));

async function completedJob({ pipeline, uploadText }: TestPipeline) {
  const document = await uploadText('card.sla', 'x');
  return await pipeline.renderAndWait({ ...request, document: document.id });
}

test('following a job that has ended yields what was not seen yet, and ends', async () => {
  const opened = await openTestPipeline({ renderer });
  const job = await completedJob(opened);
  const all = await Array.fromAsync(opened.pipeline.follow(job));
  const last = all.at(-1)?.seq ?? 0;
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
  expect(await Array.fromAsync(opened.pipeline.follow(job, { after: last - 1 }))).toEqual(all.slice(-1));
  expect(await Array.fromAsync(opened.pipeline.follow(job, { after: last }))).toEqual([]);
});

test('following a job that is not there rejects', async () => {
  const { pipeline } = await openTestPipeline({ renderer });
  const following = Array.fromAsync(pipeline.follow({ id: crypto.randomUUID() }));
  await expect(following).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
});

test('a job is followed to its end without any notification', async () => {
  const opened = await openTestPipeline({ renderer, eventPollMs: 10 });
  await opened.pipeline.parts.bus.close();
  const document = await opened.uploadText('card.sla', 'x');
  const { job } = await opened.pipeline.submit({ ...request, document: document.id });
  const events = await Array.fromAsync(opened.pipeline.follow(job));
  expect(events.at(-1)?.type).toBe('completed');
});

test.each([0, -1, 1.5, Number.POSITIVE_INFINITY, 2 ** 31])(
  'a wait of %d ms is refused before anything is submitted',
  async (timeoutMs) => {
    const { pipeline, uploadText } = await openTestPipeline({ renderer });
    const document = await uploadText('card.sla', 'x');
    const waiting = pipeline.renderAndWait({ ...request, document: document.id }, { timeoutMs });
    await expect(waiting).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect((await pipeline.list()).jobs).toEqual([]);
  },
);

test('a caller who gives up leaves alone a job that somebody else submitted under the same key', async () => {
  const { pipeline, uploadText } = await openTestPipeline({ renderer, startWorker: false });
  const document = await uploadText('card.sla', 'x');
  const same = { ...request, document: document.id, idempotencyKey: 'order 7' };
  const { job } = await pipeline.submit(same);
  const abort = new AbortController();
  const waiting = pipeline.renderAndWait(same, { signal: abort.signal, onEvent: () => abort.abort() });
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await pipeline.get(job)).toMatchObject({ status: 'queued' });
});

test("a job that is submitted in the caller's transaction commits and rolls back with it", async () => {
  const { pipeline, db, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const undone = db.transaction().execute(async (transaction) => {
    await pipeline.submit({ ...request, document: document.id }, { transaction: transaction as never });
    throw new Error('the order was refused');
  });
  await expect(undone).rejects.toThrow('the order was refused');
  expect((await pipeline.list()).jobs).toEqual([]);
  const { job, dispatch } = await db
    .transaction()
    .execute((transaction) =>
      pipeline.submit({ ...request, document: document.id }, { transaction: transaction as never }),
    );
  await dispatch();
  const events = await Array.fromAsync(pipeline.follow(job));
  expect(events.at(-1)?.type).toBe('completed');
});
