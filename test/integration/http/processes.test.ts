import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../../kit/redis-server.ts';
import { type Messengers, openOnPostgres } from '../support/open-on-postgres.ts';
import { createScriptedRenderer, type RenderScene } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { readEvents } from './support/event-source.ts';
import { serveRouter } from './support/serve-router.ts';
import { submit, uploadDocument } from './support/submit.ts';

/** Two sides that serve, and one that renders: each has connections of its own, and shares the database, Redis and the files. */
async function openSides(render: (scene: RenderScene) => Promise<void>) {
  const scene = await openOnPostgres();
  const redis = await startRedisServer();
  scene.onClose(() => redis.stop());
  const messengers = () => connect(scene, redis);
  const serving = [await scene.openPipeline(messengers), await scene.openPipeline(messengers)];
  const rendering = await scene.openPipeline(messengers);
  const renderer = createScriptedRenderer(render);
  rendering.startWorker({ renderer, sweep: { intervalMs: 100, redispatchAfterMs: 500 } });
  const servers = await Promise.all(serving.map(({ pipeline }) => serveRouter(pipeline)));
  const [api, other] = servers;
  if (api === undefined || other === undefined) throw new Error('Nobody serves.');
  return { redis, renderer, api, other };
}

function connect(scene: Awaited<ReturnType<typeof openOnPostgres>>, redis: RedisServer): Messengers {
  const connection = new Redis(redis.url);
  // The host's own connection sees it too when Redis is away.
  connection.on('error', () => undefined);
  scene.onClose(async () => connection.disconnect());
  const bus = createRedisEventBus({ connection });
  return { queue: createBullMQJobQueue({ connection }), bus, ready: () => bus.ready() };
}

/** A gate for renders, opened by the test. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  onTestFinished(() => resolve());
  return { opened: promise, open: resolve };
}

const typesOf = (messages: readonly { readonly type: string }[]) => messages.map(({ type }) => type);

test('a job that one side accepts is rendered by another, followed at a third, and its PDF downloaded', async () => {
  const mayGoOn = gate();
  const { api, other } = await openSides(async ({ report, deliver }) => {
    report({ stage: 'exporting', pageCount: 1 });
    await deliver('page-0001.png', 'a page', 1);
    await mayGoOn.opened;
    await deliver('document.pdf', '%PDF-1.4');
  });
  const accepted = await submit(api, { headers: { 'X-Request-Id': 'order-7', 'Idempotency-Key': 'seven' } });
  const { id, links } = await accepted.json<JobAnswer>();
  const [stream, tenants] = [await readEvents(other, links.events), await readEvents(api, '/events?after=0')];
  await expect.poll(() => typesOf(stream.messages), { timeout: 20_000 }).toContain('preview');
  expect(await (await other.ask(links.pages.replace('{page}', '1'))).text()).toBe('a page');
  mayGoOn.open();
  expect(await stream.ended).toBe(true);
  // How far it is comes in between, as often as the worker finds the time to say it.
  const stages = typesOf(stream.messages).filter((type) => type !== 'progress');
  expect(stages).toEqual(['queued', 'started', 'preview', 'completed']);
  expect(stream.messages.map(({ data }) => data.seq)).toEqual(stream.messages.map((_, index) => index + 1));
  await expect.poll(() => typesOf(tenants.messages), { timeout: 20_000 }).toEqual(typesOf(stream.messages));
  const job = await (await other.ask(links.self)).json<JobAnswer>();
  expect([job.id, job.status, job.correlationId]).toEqual([id, 'completed', 'order-7']);
  const pdf = await other.ask(job.outputs[0]?.artifact.links.content ?? '');
  expect([pdf.headers.get('content-type'), await pdf.text()]).toEqual(['application/pdf', '%PDF-1.4']);
});

test('a job is cancelled on one side while another renders it, and retried', async () => {
  const stopped = Promise.withResolvers<void>();
  const { api, other } = await openSides(async ({ index, signal, deliver }) => {
    if (index > 0) return await deliver('document.pdf', '%PDF-1.4');
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    stopped.resolve();
    throw signal.reason;
  });
  const { links } = await (await submit(api, { body: { renditions: [{ kind: 'pdf' }] } })).json<JobAnswer>();
  const stream = await readEvents(other, links.events);
  await expect.poll(() => typesOf(stream.messages), { timeout: 20_000 }).toEqual(['queued', 'started']);
  expect((await other.ask(links.cancel, { method: 'POST' })).status).toBe(200);
  await stopped.promise;
  expect(await stream.ended).toBe(true);
  expect((await other.ask(`${links.self}/retry`, { method: 'POST' })).status).toBe(202);
  const resumed = await readEvents(api, links.events, { lastEventId: stream.lastEventId() });
  expect(await resumed.ended).toBe(true);
  expect([...typesOf(stream.messages), ...typesOf(resumed.messages)]).toEqual([
    'queued',
    'started',
    'cancelled',
    'retried',
    'started',
    'completed',
  ]);
});

test.each([
  ['frozen', (redis: RedisServer) => redis.freeze(), (redis: RedisServer) => Promise.resolve(redis.thaw())],
  [
    'gone with all that it held',
    (redis: RedisServer) => redis.kill(),
    (redis: RedisServer) => redis.restart({ loseData: true }),
  ],
] as const)(
  'with Redis %s everything is answered, and what was accepted is done when it is back',
  async (_, harm, mend) => {
    const { api, other, redis, renderer } = await openSides(({ deliver }) => deliver('document.pdf', '%PDF-1.4'));
    const { id: document } = await uploadDocument(api);
    await harm(redis);
    const jobs: JobAnswer[] = [];
    for (let index = 0; index < 5; index += 1) {
      const accepted = await submit(api, {
        body: { document, renditions: [{ kind: 'pdf' }], reference: String(index) },
      });
      expect(accepted.status).toBe(202);
      jobs.push(await accepted.json<JobAnswer>());
    }
    const first = jobs[0]?.links;
    // A stream opens, and shows what is done here, without anybody to tell of it.
    const stream = await readEvents(api, first?.events ?? '');
    await expect.poll(() => typesOf(stream.messages)).toEqual(['queued']);
    expect((await other.ask(jobs[4]?.links.cancel ?? '', { method: 'POST' })).status).toBe(200);
    const waited = await submit(api, {
      headers: { Prefer: 'wait=1' },
      body: { document, renditions: [{ kind: 'pdf' }] },
    });
    expect([waited.status, waited.headers.get('preference-applied')]).toEqual([202, 'wait']);
    for (const path of ['/jobs', '/health/ready', first?.self ?? '']) expect((await other.ask(path)).status).toBe(200);
    expect(renderer.begun).toBe(0);
    await mend(redis);
    expect(await stream.ended).toBe(true);
    expect(typesOf(stream.messages)).toEqual(['queued', 'started', 'completed']);
    const statuses = async () => {
      const { jobs: all } = await (await api.ask('/jobs')).json<{ jobs: readonly JobAnswer[] }>();
      return all.map(({ status }) => status).toSorted();
    };
    await expect
      .poll(statuses, { timeout: 30_000 })
      .toEqual(['cancelled', ...Array.from({ length: 5 }, () => 'completed')]);
    expect(renderer.begun).toBe(5);
  },
  120_000,
);
