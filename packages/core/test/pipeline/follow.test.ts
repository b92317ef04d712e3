import { type JobEvent, PubpipeError } from '@pubpipe/core';
import { createInProcessEventBus } from '@pubpipe/core/memory';
import { describe, expect, it, vi } from 'vitest';
import { openFeedScene, silentBus, unreliableBus } from '../support/feed-scene.ts';
import { tenant } from '../support/some-jobs.ts';

const patience = { timeout: 20_000 };

/** Follows a job and notes what comes. */
function follow(events: AsyncGenerator<JobEvent, void>) {
  const seen: JobEvent[] = [];
  const ended = (async () => {
    for await (const event of events) seen.push(event);
  })();
  // Whether and how it ended is looked at later, if at all.
  ended.catch(() => undefined);
  return { seen, ended };
}

const seqs = (events: readonly JobEvent[]) => events.map(({ seq }) => seq);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe.each(['sqlite', 'postgres'] as const)('following a job, on %s', (kind) => {
  it.each([
    ['with every notification', () => createInProcessEventBus()],
    ['with the bus switched off', () => silentBus],
    ['with a bus that doubles notifications', () => unreliableBus(() => 2)],
  ] as const)('yields each event once, in order, to all, until its end, %s', async (_, openBus) => {
    const scene = await openFeedScene(kind);
    const bus = openBus();
    const pipelines = [await scene.openPipeline({ bus }), await scene.openPipeline({ bus })];
    const { id, say, end } = await scene.openRunningJob(bus);
    const followers = Array.from({ length: 6 }, (_each, index) =>
      follow(pipelines[index % 2]?.follow({ tenant, id }, { after: index < 4 ? 0 : 2 }) ?? fail()),
    );
    // Others' events are on the way, too.
    await Promise.all([scene.writeProgress(40, bus), say(40)]);
    const late = follow(pipelines[0]?.follow({ tenant, id }) ?? fail());
    await say(20);
    await end();
    await vi.waitFor(() => expect(late.seen).toHaveLength(63), patience);
    for (const { seen, ended } of [...followers, late]) {
      await ended;
      expect(seqs(seen)).toEqual(seqs(seen).length === 63 ? upTo(63) : upTo(63).slice(2));
      expect(seen.at(-1)).toEqual({
        tenant,
        jobId: id,
        seq: 63,
        type: 'cancelled',
        data: {},
        createdAt: expect.any(Number),
      });
    }
  });

  it('goes on where it was after more has happened than a slow follower has room for', async () => {
    const scene = await openFeedScene(kind);
    const pipeline = await scene.openPipeline();
    const { id, say, end } = await scene.openRunningJob();
    const events = pipeline.follow({ tenant, id });
    const seen = [(await events.next()).value, (await events.next()).value];
    const next = events.next();
    await say(700);
    seen.push((await next).value);
    await end();
    for await (const event of events) seen.push(event);
    expect(seen.map((event) => event?.seq)).toEqual(upTo(703));
  });
});

describe('following a job', () => {
  it('costs the same for one follower and for many', async () => {
    const scene = await openFeedScene('sqlite');
    const calls: string[] = [];
    const pipeline = await scene.openPipeline({
      eventPollMs: 60_000,
      aroundJobStore: (store) => ({
        ...store,
        ...Object.fromEntries(
          (['get', 'events', 'readFeed', 'feedEnd'] as const).map((name) => [
            name,
            (...args: readonly unknown[]) => {
              calls.push(name);
              return (store[name] as (...all: readonly unknown[]) => unknown)(...args);
            },
          ]),
        ),
      }),
    });
    const { id, say } = await scene.openRunningJob();
    const followers = Array.from({ length: 50 }, () => follow(pipeline.follow({ tenant, id })));
    for (const { seen } of followers) await vi.waitFor(() => expect(seen).toHaveLength(2), patience);
    await vi.waitFor(() => expect(calls.filter((name) => name === 'events')).toHaveLength(100), patience);
    calls.length = 0;
    await say(1);
    for (const { seen } of followers) await vi.waitFor(() => expect(seen).toHaveLength(3), patience);
    expect(new Set(calls)).toEqual(new Set(['readFeed']));
    expect(calls.length).toBeLessThan(4);
  });

  it('ends with JOB_NOT_FOUND when the job is erased, told of or not', async () => {
    for (const bus of [createInProcessEventBus(), silentBus]) {
      const scene = await openFeedScene('sqlite');
      const pipeline = await scene.openPipeline({ bus, eventPollMs: bus === silentBus ? 20 : 60_000 });
      const { id } = await scene.openRunningJob(bus);
      const { seen, ended } = follow(pipeline.follow({ tenant, id }));
      await vi.waitFor(() => expect(seen).toHaveLength(2), patience);
      await scene.store.cancelForErasure({ tenant, jobId: id }, { limit: 10 });
      await scene.store.eraseSome({ tenant, jobId: id }, { limit: 10 });
      bus.publish({ tenant, jobId: id, ended: true });
      await expect(ended).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    }
  });

  it('ends when its signal aborts, also while the database does not answer, and then nobody reads any more', async () => {
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
    let isAway = false;
    const pipeline = await scene.openPipeline({
      bus: counting,
      eventPollMs: 60_000,
      aroundJobStore: (store) => ({
        ...store,
        events: (...args) => (isAway ? new Promise(() => undefined) : store.events(...args)),
      }),
    });
    const { id } = await scene.openRunningJob(bus);
    const leaving = new AbortController();
    const following = follow(pipeline.follow({ tenant, id }, { signal: leaving.signal }));
    await vi.waitFor(() => expect([following.seen.length, listeners]).toEqual([2, 2]), patience);
    isAway = true;
    const waiting = follow(pipeline.follow({ tenant, id }, { signal: leaving.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    leaving.abort();
    for (const { ended } of [following, waiting]) await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' });
    await vi.waitFor(() => expect(listeners).toBe(0), patience);
  });

  it('goes on when the database comes back, and ends with CLOSED when the pipeline is closed', async () => {
    const scene = await openFeedScene('sqlite');
    let isAway = false;
    const pipeline = await scene.openPipeline({
      aroundJobStore: (store) => ({
        ...store,
        async readFeed(request) {
          if (isAway) throw new PubpipeError('JOB_STORE_UNAVAILABLE', 'The database is away.');
          return await store.readFeed(request);
        },
      }),
    });
    const { id, say } = await scene.openRunningJob();
    const { seen, ended } = follow(pipeline.follow({ tenant, id }));
    await vi.waitFor(() => expect(seen).toHaveLength(2), patience);
    isAway = true;
    await say(3);
    isAway = false;
    await vi.waitFor(() => expect(seqs(seen)).toEqual(upTo(5)), patience);
    await pipeline.close();
    await expect(ended).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it.each([-1, 0.5, Number.NaN])('refuses to go on after %d', async (after) => {
    const scene = await openFeedScene('sqlite');
    const pipeline = await scene.openPipeline();
    const id = await scene.submit();
    await expect(follow(pipeline.follow({ tenant, id }, { after })).ended).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

function fail(): never {
  throw new Error('There is no pipeline.');
}
