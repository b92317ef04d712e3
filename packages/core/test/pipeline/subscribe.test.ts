import { type JobStore, PubpipeError } from '@pubpipe/core';
import { createInProcessEventBus } from '@pubpipe/core/memory';
import { describe, expect, it, vi } from 'vitest';
import { follow, openFeedScene, silentBus, unreliableBus } from '../support/feed-scene.ts';
import { tenant } from '../support/some-jobs.ts';

const patience = { timeout: 20_000 };
const unavailable = new PubpipeError('JOB_STORE_UNAVAILABLE', 'The database is away.');

describe.each(['sqlite', 'postgres'] as const)('subscribe, on %s', (kind) => {
  const buses = {
    'with every notification': () => createInProcessEventBus(),
    'with the bus switched off': () => silentBus,
    'with a bus that drops every other notification': () => {
      let turn = 0;
      return unreliableBus(() => turn++ % 2);
    },
    'with a bus that doubles notifications': () => unreliableBus(() => 2),
  };

  it.each(Object.keys(buses) as (keyof typeof buses)[])('replays and follows, each event once, %s', async (name) => {
    const scene = await openFeedScene(kind);
    const bus = buses[name]();
    const pipelines = [await scene.openPipeline({ bus }), await scene.openPipeline({ bus })];
    for (let count = 0; count < 10; count += 1) await scene.submit({ through: bus });
    const middle = (await scene.table())[4]?.position ?? 0;
    const starts = [0, middle, 0, await scene.store.feedEnd()];
    const followers = starts.map((after, index) => {
      const pipeline = pipelines[index % 2] ?? pipelines[0];
      return follow(pipeline?.subscribe({ tenant, after, bufferSize: 8 }) ?? fail());
    });
    await Promise.all([
      ...Array.from({ length: 4 }, async () => {
        for (let count = 0; count < 10; count += 1) await scene.submit({ through: bus });
      }),
      scene.writeProgress(50, bus),
    ]);
    const table = await scene.table();
    expect(table).toHaveLength(102);
    for (const [index, { seen }] of followers.entries()) {
      const expected = table.filter(({ position }) => position > (starts[index] ?? 0));
      await vi.waitFor(() => expect(seen).toEqual(expected), patience);
    }
  });

  it('begins at the end when nothing is said, and is one tenant, or all', async () => {
    const scene = await openFeedScene(kind);
    const pipeline = await scene.openPipeline();
    await scene.submit();
    const own = follow(pipeline.subscribe({ tenant: 'competitor' }));
    const all = follow(pipeline.subscribe({ allTenants: true }));
    await vi.waitFor(async () => {
      await scene.submit();
      expect(all.seen.length).toBeGreaterThan(0);
    }, patience);
    const jobId = await scene.submit({ owner: 'competitor' });
    await vi.waitFor(() => expect(own.seen).toMatchObject([{ tenant: 'competitor', jobId, type: 'queued' }]), patience);
    await vi.waitFor(() => expect(all.seen.at(-1)).toMatchObject({ jobId }), patience);
    const table = await scene.table('all-tenants');
    expect(all.seen).toEqual(table.slice(-all.seen.length));
    expect(all.seen.length).toBeLessThan(table.length);
  });

  it('gives a slow subscriber thousands of events in order, each once', async () => {
    const scene = await openFeedScene(kind);
    const pipeline = await scene.openPipeline();
    let held = Promise.withResolvers<void>();
    const slow = follow(pipeline.subscribe({ tenant, after: 0, bufferSize: 4 }), () =>
      slow.seen.length % 500 === 100 ? held.promise : undefined,
    );
    const quick = follow(pipeline.subscribe({ tenant, after: 0 }));
    // Told of by none: so the reader looks now and then, and not once for each.
    await scene.writeProgress(2_000, silentBus);
    const table = await scene.table();
    await vi.waitFor(() => expect(quick.seen).toHaveLength(2_002), patience);
    while (slow.seen.length < 2_002) {
      held.resolve();
      held = Promise.withResolvers();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(quick.seen).toEqual(table);
    expect(slow.seen).toEqual(table);
  });
});

describe('subscribe', () => {
  it('reads the feed once for all its subscribers', async () => {
    const scene = await openFeedScene('sqlite');
    const scopes: unknown[] = [];
    const pipeline = await scene.openPipeline({
      eventPollMs: 60_000,
      aroundJobStore: (store) => ({
        ...store,
        readFeed(request) {
          scopes.push(request.scope);
          return store.readFeed(request);
        },
      }),
    });
    const followers = Array.from({ length: 20 }, () => follow(pipeline.subscribe({ tenant })));
    await vi.waitFor(() => expect(scopes).toEqual(['all-tenants']), patience);
    await scene.submit();
    for (const { seen } of followers) await vi.waitFor(() => expect(seen).toHaveLength(1), patience);
    expect(scopes).toEqual(['all-tenants', 'all-tenants']);
  });

  it('misses nothing between finding the end and following, also where others have been told of it by then', async () => {
    const scene = await openFeedScene('sqlite');
    let gate: Promise<void> | undefined;
    const asked = Promise.withResolvers<void>();
    const pipeline = await scene.openPipeline({
      eventPollMs: 60_000,
      aroundJobStore: (store) => ({
        ...store,
        async feedEnd() {
          const end = await store.feedEnd();
          if (gate !== undefined) asked.resolve();
          await gate;
          return end;
        },
      }),
    });
    const first = follow(pipeline.subscribe({ tenant, after: 0 }));
    await scene.submit();
    await vi.waitFor(() => expect(first.seen).toHaveLength(1), patience);
    const mayGoOn = Promise.withResolvers<void>();
    gate = mayGoOn.promise;
    const second = follow(pipeline.subscribe({ tenant }));
    await asked.promise;
    const jobId = await scene.submit();
    await vi.waitFor(() => expect(first.seen).toHaveLength(2), patience);
    mayGoOn.resolve();
    await vi.waitFor(() => expect(second.seen).toMatchObject([{ jobId }]), patience);
  });

  it('ends with CANCELLED when its signal aborts, and then reads no more', async () => {
    const scene = await openFeedScene('sqlite');
    const bus = createInProcessEventBus();
    let listeners = 0;
    const counting = {
      ...bus,
      subscribe(listener: Parameters<typeof bus.subscribe>[0]) {
        const unsubscribe = bus.subscribe(listener);
        listeners += 1;
        return () => {
          listeners -= 1;
          unsubscribe();
        };
      },
    };
    const pipeline = await scene.openPipeline({ bus: counting, eventPollMs: 60_000 });
    const controller = new AbortController();
    const waiting = follow(pipeline.subscribe({ tenant, signal: controller.signal }));
    const inTheMiddle = follow(pipeline.subscribe({ tenant, after: 0, signal: controller.signal }), async () => {
      controller.abort();
    });
    await vi.waitFor(() => expect(listeners).toBe(1), patience);
    await scene.submit({ through: bus });
    await scene.submit({ through: bus });
    await expect(waiting.ended).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(inTheMiddle.ended).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(inTheMiddle.seen).toHaveLength(1);
    await vi.waitFor(() => expect(listeners).toBe(0), patience);
    const late = follow(pipeline.subscribe({ tenant, signal: controller.signal }));
    await expect(late.ended).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('ends with CLOSED when the pipeline is closed', async () => {
    const scene = await openFeedScene('sqlite');
    const pipeline = await scene.openPipeline({ eventPollMs: 60_000 });
    const { seen, ended } = follow(pipeline.subscribe({ tenant, after: 0 }));
    await scene.submit();
    await vi.waitFor(() => expect(seen).toHaveLength(1), patience);
    await pipeline.close();
    await expect(ended).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(follow(pipeline.subscribe({ tenant })).ended).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(pipeline.consume('late', () => undefined)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('goes on when the database comes back, but says when it is not there at the beginning', async () => {
    const scene = await openFeedScene('sqlite');
    let isAway = true;
    const guard = async <T>(work: () => Promise<T>): Promise<T> => {
      if (isAway) throw unavailable;
      return await work();
    };
    const aroundJobStore = (store: JobStore): JobStore => ({
      ...store,
      readFeed: (request) => guard(() => store.readFeed(request)),
      feedEnd: () => guard(() => store.feedEnd()),
    });
    const pipeline = await scene.openPipeline({ aroundJobStore });
    for (const after of [0, undefined]) {
      const refused = follow(pipeline.subscribe({ tenant, after }));
      await expect(refused.ended).rejects.toMatchObject({ code: 'JOB_STORE_UNAVAILABLE' });
    }
    isAway = false;
    const followers = [8, 1].map((bufferSize) => follow(pipeline.subscribe({ tenant, after: 0, bufferSize })));
    await scene.submit();
    for (const { seen } of followers) await vi.waitFor(() => expect(seen).toHaveLength(1), patience);
    isAway = true;
    for (let count = 0; count < 5; count += 1) await scene.submit();
    await new Promise((resolve) => setImmediate(resolve));
    isAway = false;
    const table = await scene.table();
    for (const { seen } of followers) await vi.waitFor(() => expect(seen).toEqual(table), patience);
  });

  it('yields a reset for a position that the store has not given, and goes on from there', async () => {
    const scene = await openFeedScene('sqlite');
    const pipeline = await scene.openPipeline();
    await scene.submit();
    const end = await scene.store.feedEnd();
    const { seen } = follow(pipeline.subscribe({ tenant, after: end + 1_000 }));
    await vi.waitFor(() => expect(seen).toEqual([{ type: 'reset', position: end }]), patience);
    const jobId = await scene.submit();
    await vi.waitFor(() => expect(seen).toMatchObject([{ type: 'reset' }, { jobId }]), patience);
  });

  it.each([{ after: -1 }, { after: 0.5 }, { bufferSize: 0 }, { tenant, allTenants: true }])(
    'refuses %o at once',
    async (options) => {
      const pipeline = await (await openFeedScene('sqlite')).openPipeline();
      expect(() => pipeline.subscribe(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    },
  );
});

function fail(): never {
  throw new Error('There is no pipeline.');
}
