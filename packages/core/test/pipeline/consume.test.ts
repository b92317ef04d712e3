import { type ConsumerFailure, type FeedEntry, type JobStore, PubpipeError } from '@pubpipe/core';
import { describe, expect, it, vi } from 'vitest';
import { openFeedScene } from '../support/feed-scene.ts';
import { tenant } from '../support/some-jobs.ts';

const patience = { timeout: 20_000 };
const unavailable = new PubpipeError('JOB_STORE_UNAVAILABLE', 'The database is away.');

/** A store whose process has died for the database: from then on nothing it wants is done. */
function mortal() {
  let isDead = false;
  const unlessDead = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) throw unavailable;
    return await work();
  };
  return {
    die: () => {
      isDead = true;
    },
    isDead: () => isDead,
    aroundJobStore: (store: JobStore): JobStore => ({
      ...store,
      claimConsumer: (claim) => unlessDead(() => store.claimConsumer(claim)),
      advanceConsumer: (move) => unlessDead(() => store.advanceConsumer(move)),
      releaseConsumer: (instance) => unlessDead(() => store.releaseConsumer(instance)),
    }),
  };
}

describe.each(['sqlite', 'postgres'] as const)('consume, on %s', (kind) => {
  it('shares the work between instances of a name: one at a time, in order, each event once', async () => {
    const scene = await openFeedScene(kind);
    const handled: FeedEntry[] = [];
    let atWork = 0;
    const instances = [];
    const consumeIn = async (pipeline: Awaited<ReturnType<typeof scene.openPipeline>>) =>
      await pipeline.consume('mailer', async (entry) => {
        atWork += 1;
        expect(atWork).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        handled.push(entry);
        atWork -= 1;
      });
    for (let count = 0; count < 3; count += 1) instances.push(await consumeIn(await scene.openPipeline()));
    for (const instance of [...instances, undefined]) {
      for (let count = 0; count < 5; count += 1) await scene.submit();
      if (instance === undefined) continue;
      await vi.waitFor(() => expect(handled.length % 5).toBe(0), patience);
      // In the middle of the work of whoever has it.
      await instance.close();
      instances.push(await consumeIn(await scene.openPipeline()));
    }
    const table = await scene.table();
    await vi.waitFor(() => expect(handled).toHaveLength(table.length), patience);
    expect(handled).toEqual(table);
  });

  it('delivers again what an instance had handled when it died before it could write that down', async () => {
    const scene = await openFeedScene(kind);
    const handled: [string, FeedEntry][] = [];
    const first = mortal();
    const doomed = await scene.openPipeline({ aroundJobStore: first.aroundJobStore });
    const settings = { leaseMs: 300 };
    await doomed.consume(
      'mailer',
      (entry) => {
        // A dead process handles nothing.
        if (first.isDead()) throw unavailable;
        handled.push(['doomed', entry]);
        if (handled.length === 3) first.die();
      },
      settings,
    );
    const heir = await scene.openPipeline();
    await heir.consume('mailer', (entry) => void handled.push(['heir', entry]), settings);
    for (let count = 0; count < 6; count += 1) await scene.submit();
    await vi.waitFor(() => expect(handled).toHaveLength(7), patience);
    const table = await scene.table();
    expect(handled.map(([who]) => who)).toEqual(['doomed', 'doomed', 'doomed', 'heir', 'heir', 'heir', 'heir']);
    expect(handled.map(([, entry]) => entry)).toEqual([...table.slice(0, 3), ...table.slice(2)]);
  });

  it('loses nothing, whenever instances die', async () => {
    const scene = await openFeedScene(kind);
    const handled: number[] = [];
    let calls = 0;
    const startMortal = async () => {
      const life = mortal();
      const pipeline = await scene.openPipeline({ aroundJobStore: life.aroundJobStore });
      await pipeline.consume(
        'mailer',
        ({ position }) => {
          if (life.isDead()) throw unavailable;
          calls += 1;
          // Now before the work, now after it.
          if (calls % 10 === 4) life.die();
          if (life.isDead() && calls % 20 === 4) throw unavailable;
          handled.push(position);
        },
        { leaseMs: 150, retryMs: 1 },
      );
      return life;
    };
    const lives = [await startMortal(), await startMortal()];
    const writing = (async () => {
      for (let count = 0; count < 60; count += 1) await scene.submit();
    })();
    let isDone = false;
    while (!isDone) {
      const [index] = [lives.findIndex((life) => life.isDead())];
      if (index !== undefined && index >= 0) lives[index] = await startMortal();
      await new Promise((resolve) => setTimeout(resolve, 10));
      isDone = new Set(handled).size === 60;
    }
    await writing;
    const expected = (await scene.table()).map(({ position }) => position);
    expect([...new Set(handled)]).toEqual(expected);
    expect(handled.length).toBeGreaterThan(60);
  });
});

describe('consume', () => {
  it('calls a handler again that has failed, with the reason, after a growing wait, and none behind it before', async () => {
    const scene = await openFeedScene('sqlite');
    const pipeline = await scene.openPipeline();
    const failures: ConsumerFailure[] = [];
    const calls: number[] = [];
    const boom = new Error('The mail server is away.');
    const handler = ({ position }: FeedEntry) => {
      calls.push(position);
      if (calls.length >= 2 && calls.length <= 5) throw boom;
    };
    await pipeline.consume('mailer', handler, {
      retryMs: 2,
      maxRetryMs: 8,
      onFailure: (failure) => void failures.push(failure),
    });
    for (let count = 0; count < 4; count += 1) await scene.submit();
    await vi.waitFor(() => expect(calls).toHaveLength(8), patience);
    const [a, b, c, d] = (await scene.table()).map(({ position }) => position);
    expect(calls).toEqual([a, b, b, b, b, b, c, d]);
    expect(failures.map((failure) => [failure.error, failure.entry.position])).toEqual(
      Array.from({ length: 4 }, () => [boom, b]),
    );
    expect(failures.map((failure) => [failure.failures, failure.retryInMs])).toEqual([
      [1, 2],
      [2, 4],
      [3, 8],
      [4, 8],
    ]);
  });

  it('goes on where it was after a restart, and begins where it is told when its name is new', async () => {
    const scene = await openFeedScene('sqlite');
    const before = await scene.submit();
    const jobIds = async (name: string, from: 'start' | 'end', until: string) => {
      const seen: string[] = [];
      const pipeline = await scene.openPipeline();
      await pipeline.consume(name, (entry) => void (entry.type !== 'reset' && seen.push(entry.jobId)), { from });
      if (until === 'new') until = await scene.submit();
      await vi.waitFor(() => expect(seen.at(-1)).toBe(until), patience);
      await pipeline.close();
      return seen;
    };
    expect(await jobIds('from the start', 'start', before)).toEqual([before]);
    const [first] = await jobIds('from the end', 'end', 'new');
    const missed = await scene.submit();
    expect(await jobIds('from the end', 'end', missed)).toEqual([missed]);
    expect(await jobIds('from the start', 'start', missed)).toEqual([first, missed]);
  });

  it('passes over what it was not asked for, and writes that down', async () => {
    const scene = await openFeedScene('sqlite');
    const positions: number[] = [];
    const aroundJobStore = (store: JobStore): JobStore => ({
      ...store,
      async advanceConsumer(move) {
        await store.advanceConsumer(move);
        positions.push(move.to);
      },
    });
    const pipeline = await scene.openPipeline({ aroundJobStore });
    const seen: string[] = [];
    const handler = ({ type }: FeedEntry) => void seen.push(type);
    await pipeline.consume('mailer', handler, { types: ['cancelled'], leaseMs: 150 });
    const id = await scene.submit();
    await scene.store.cancel({ tenant, id });
    await scene.submit();
    const end = await scene.store.feedEnd();
    await vi.waitFor(() => expect(positions.at(-1)).toBe(end), patience);
    expect(seen).toEqual(['cancelled']);
  });

  it('waits for the handler at work when it is closed, and hands over at once', async () => {
    const scene = await openFeedScene('sqlite');
    const pipeline = await scene.openPipeline();
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const consumer = await pipeline.consume('mailer', async () => {
      begun.resolve();
      await mayEnd.promise;
    });
    await scene.submit();
    await begun.promise;
    let hasClosed = false;
    const closing = consumer.close().then(() => {
      hasClosed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasClosed).toBe(false);
    mayEnd.resolve();
    await Promise.all([closing, consumer.close()]);
    const position = await scene.store.feedEnd();
    expect(await scene.store.claimConsumer({ name: 'mailer', owner: 'test', leaseMs: 1 })).toEqual({ position });
  });

  it('tells a handler that does not end in time, and leaves its entry to who comes when the lease is over', async () => {
    const scene = await openFeedScene('sqlite');
    const pipeline = await scene.openPipeline();
    const begun = Promise.withResolvers<AbortSignal>();
    const consumer = await pipeline.consume(
      'mailer',
      async (_, { signal }) => {
        begun.resolve(signal);
        await new Promise(() => undefined);
      },
      { leaseMs: 60_000 },
    );
    const before = await scene.store.feedEnd();
    await scene.submit();
    const signal = await begun.promise;
    await consumer.close({ drainTimeoutMs: 1 });
    expect(signal.reason).toMatchObject({ code: 'CLOSED' });
    expect(await scene.store.claimConsumer({ name: 'mailer', owner: 'test', leaseMs: 1 })).toBeUndefined();
    expect(await scene.store.readFeed({ scope: { tenant }, after: before })).toMatchObject({ entries: [{}] });
  });

  it('tells a handler when its instance can not renew the lease any more', async () => {
    const scene = await openFeedScene('sqlite');
    const life = mortal();
    const pipeline = await scene.openPipeline({ aroundJobStore: life.aroundJobStore });
    const told = Promise.withResolvers<AbortSignal>();
    await pipeline.consume(
      'mailer',
      async (_, { signal }) => {
        life.die();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        told.resolve(signal);
      },
      { leaseMs: 60 },
    );
    await scene.submit();
    expect((await told.promise).reason).toMatchObject({ code: 'CLAIM_LOST' });
  });

  it.each([{ leaseMs: 0 }, { handlerTimeoutMs: 0 }, { retryMs: 0.5 }, { maxRetryMs: -1 }])(
    'refuses %o',
    async (options) => {
      const pipeline = await (await openFeedScene('sqlite')).openPipeline();
      const consuming = pipeline.consume('mailer', () => undefined, options);
      await expect(consuming).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await expect(pipeline.consume('', () => undefined)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    },
  );
});
