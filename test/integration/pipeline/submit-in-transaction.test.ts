import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { describe, expect, test } from 'vitest';
import { openOnPostgres } from '../support/open-on-postgres.ts';
import { openTestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));

async function openOnSqlite() {
  const { pipeline, db, uploadText, startWorker } = await openTestPipeline({
    renderer,
    startWorker: false,
    worker: { sweep: { intervalMs: 50 } },
  });
  return { pipeline, db, upload: () => uploadText('card.sla', 'x'), startWorker };
}

async function openOnOther() {
  const scene = await openOnPostgres();
  const messengers = () => ({
    queue: createInProcessQueue(),
    bus: createInProcessEventBus(),
    ready: async () => undefined,
  });
  const { pipeline, db, upload, startWorker } = await scene.openPipeline(messengers);
  return { pipeline, db, upload, startWorker: () => startWorker({ renderer, sweep: { intervalMs: 50 } }) };
}

describe.each([
  ['SQLite', openOnSqlite],
  ['PostgreSQL', openOnOther],
])("a job that is submitted in the caller's transaction, on %s", (_, open) => {
  async function prepared() {
    const { pipeline, db, upload, startWorker } = await open();
    const document = await upload();
    const submitIn = (transaction: unknown) =>
      pipeline.submit({ document: document.id, renditions: [{ kind: 'pdf' }] }, { transaction: transaction as never });
    return { pipeline, db, startWorker, submitIn };
  }

  test('leaves nothing when that rolls back, and telling the queue of it then does no harm', async () => {
    const { pipeline, db, startWorker, submitIn } = await prepared();
    let told: () => Promise<void> = async () => undefined;
    let id = '';
    const ordering = db.transaction().execute(async (transaction) => {
      const { job, dispatch } = await submitIn(transaction);
      told = dispatch;
      id = job.id;
      throw new Error('The order was refused.');
    });
    await expect(ordering).rejects.toThrow('The order was refused.');
    await told();
    startWorker();
    // The delivery finds no job: the worker goes on with the next.
    const { job, dispatch } = await db.transaction().execute(submitIn);
    await dispatch();
    await Array.fromAsync(pipeline.follow(job));
    expect((await pipeline.list()).jobs.map((each) => each.id)).toEqual([job.id]);
    await expect(pipeline.get({ id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    expect(await pipeline.parts.queue.size()).toBe(0);
  });

  test('is done when the queue is told of it after the commit', async () => {
    const { pipeline, db, startWorker, submitIn } = await prepared();
    startWorker();
    const { job, dispatch, created } = await db.transaction().execute(submitIn);
    expect(created).toBe(true);
    await dispatch();
    // Once more is harmless.
    await dispatch();
    await Array.fromAsync(pipeline.follow(job));
    expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('is found by the sweep when nobody tells the queue', async () => {
    const { pipeline, db, startWorker, submitIn } = await prepared();
    const { job } = await db.transaction().execute(submitIn);
    expect(await pipeline.parts.queue.size()).toBe(0);
    startWorker();
    await Array.fromAsync(pipeline.follow(job));
    expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('is done also when the queue was told of it too early', async () => {
    const { pipeline, db, startWorker, submitIn } = await prepared();
    startWorker();
    const { job, telling } = await db.transaction().execute(async (transaction) => {
      const submitted = await submitIn(transaction);
      // Not awaited: on a database with one connection, what this writes waits for the commit.
      return { job: submitted.job, telling: submitted.dispatch() };
    });
    await telling;
    await Array.fromAsync(pipeline.follow(job));
    expect(await pipeline.get(job)).toMatchObject({ status: 'completed', attempt: 1, failures: 0 });
  });
});
