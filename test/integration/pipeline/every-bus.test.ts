import { createRedisEventBus } from '@pubpipe/adapter-bullmq';
import type { EventBus, FeedEntry } from '@pubpipe/core';
import { createPostgresEventBus } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSharedRedis } from '../../kit/shared-redis.ts';
import { openOnPostgres } from '../support/open-on-postgres.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

interface OpenedBus {
  readonly bus: EventBus;
  readonly ready: () => Promise<unknown>;
}
/** Answers how to open the bus of one more process. */
type Buses = (url: string) => Promise<() => OpenedBus>;

/** A bus that says nothing and hears nothing. */
const silent: EventBus = { publish: () => undefined, subscribe: () => () => undefined, close: async () => undefined };
const none: Buses = async () => () => ({ bus: silent, ready: async () => undefined });
const inMemory: Buses = async () => {
  const shared = createInProcessEventBus();
  return () => ({ bus: shared, ready: async () => undefined });
};
const onPostgres: Buses = async (url) => () => {
  const connect = async () => {
    const client = new Client(url);
    await client.connect();
    return client;
  };
  const bus = createPostgresEventBus({ connect });
  return { bus, ready: () => bus.listening() };
};
const onRedis: Buses = async () => {
  const { url, prefix } = await openSharedRedis();
  const connection = new Redis(url);
  onTestFinished(async () => void (await connection.quit()));
  return () => {
    const bus = createRedisEventBus({ connection, prefix });
    return { bus, ready: () => bus.ready() };
  };
};
/** The same, closed before anybody uses it. */
const switchedOff =
  (buses: Buses): Buses =>
  async (url) => {
    const open = await buses(url);
    return () => {
      const { bus, ready } = open();
      return {
        bus,
        ready: async () => {
          await ready();
          await bus.close();
        },
      };
    };
  };

describe.each<[string, Buses]>([
  ['in memory', inMemory],
  ['on PostgreSQL', onPostgres],
  ['on PostgreSQL that is switched off', switchedOff(onPostgres)],
  ['on Redis', onRedis],
  ['on Redis that is switched off', switchedOff(onRedis)],
  ['that says nothing', none],
])('with a bus %s', (_, buses) => {
  test('subscribers, consumers and those who follow or wait get every event, in order, each once', async () => {
    const scene = await openOnPostgres();
    const openBus = await buses(scene.url);
    const queue = createInProcessQueue();
    const open = () => scene.openPipeline(() => ({ queue, ...openBus() }), { eventPollMs: 50 });
    const [here, there, elsewhere] = [await open(), await open(), await open()];
    const stopped = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const renderer = createScriptedRenderer(async ({ index, signal, deliver, report }) => {
      report({ stage: 'exporting' });
      if (index > 1) return await deliver('document.pdf', 'the whole');
      if (index === 0) return await deliver('document.pdf', 'the first');
      begun.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      stopped.resolve();
      throw signal.reason;
    });
    there.startWorker({ renderer, leaseMs: 600, sweep: { intervalMs: 50 } });

    const abort = new AbortController();
    const subscribed: FeedEntry[] = [];
    const consumed: FeedEntry[] = [];
    const subscribing = (async () => {
      const { signal } = abort;
      for await (const entry of elsewhere.pipeline.subscribe({ after: 0, signal })) subscribed.push(entry);
    })();
    const consumer = await elsewhere.pipeline.consume('mailer', (entry) => void consumed.push(entry), {
      from: 'start',
    });

    const document = await here.upload();
    const request = { document: document.id, renditions: [{ kind: 'pdf' as const }] };
    const seen: string[] = [];
    const first = await here.pipeline.renderAndWait(request, { onEvent: ({ type }) => void seen.push(type) });
    expect(first).toMatchObject({ status: 'completed', outputs: [{ name: 'document.pdf' }] });
    expect(seen.filter((type) => type !== 'progress')).toEqual(['queued', 'started', 'completed']);

    const { job: second } = await here.pipeline.submit(request);
    const following = Array.fromAsync(elsewhere.pipeline.follow(second));
    await begun.promise;
    await here.pipeline.cancel(second);
    await stopped.promise;
    const history = await here.pipeline.events(second);
    expect(await following).toEqual(history);
    expect(history.at(-1)?.type).toBe('cancelled');

    const last = await here.pipeline.renderAndWait(request);
    const whole: FeedEntry[] = [];
    for (let after = 0, hasMore = true; hasMore; ) {
      const page = await here.pipeline.parts.jobStore.readFeed({ scope: 'all-tenants', after });
      whole.push(...page.entries);
      ({ position: after, hasMore } = page);
    }
    const events = await Promise.all([first, second, last].map((job) => here.pipeline.events(job)));
    expect(whole).toHaveLength(events.flat().length);
    await expect.poll(() => subscribed, { timeout: 20_000 }).toEqual(whole);
    await expect.poll(() => consumed, { timeout: 20_000 }).toEqual(whole);
    abort.abort();
    await expect(subscribing).rejects.toMatchObject({ code: 'CANCELLED' });
    await consumer.close();
  });
});
