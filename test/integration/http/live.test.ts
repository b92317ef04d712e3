import { type ArtifactStore, PubpipeError, unlessAborted } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { describe, expect, test } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { readEvents } from './support/event-source.ts';
import { expressVersions, openHttpServer } from './support/open-http-server.ts';
import { submit } from './support/submit.ts';
import { withMethods } from './support/with-methods.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };

/** A renderer that makes one page, then waits to be told to go on. */
function waitingRenderer() {
  const { promise: go, resolve } = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async ({ deliver }) => {
    await deliver('page-0001.png', 'page 1', 1);
    await go;
    await deliver('document.pdf', '%PDF-1.4');
  });
  return { renderer, go: resolve };
}

describe.each(expressVersions)('on %s', (_, express) => {
  test('a job is followed to its end, and the stream ends with it', async () => {
    const { renderer, go } = waitingRenderer();
    const server = await openHttpServer({ express, pipeline: { renderer } });
    const { id, links } = await (await submit(server)).json<JobAnswer>();
    const stream = await readEvents(server, links.events);
    await expect.poll(() => stream.messages.map(({ type }) => type)).toContain('preview');
    go();
    expect(await stream.ended).toBe(true);
    expect(stream.messages.map(({ type }) => type)).toEqual(['queued', 'started', 'preview', 'completed']);
    expect(stream.messages.map(({ id: number, data }) => [number, data.seq, data.jobId])).toEqual(
      [1, 2, 3, 4].map((seq) => [String(seq), seq, id]),
    );
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  });

  test('a stream that is resumed goes on where it was, without gap or repeat', async () => {
    const { renderer, go } = waitingRenderer();
    const server = await openHttpServer({ express, pipeline: { renderer } });
    const { links } = await (await submit(server)).json<JobAnswer>();
    const first = await readEvents(server, links.events);
    await expect.poll(() => first.messages.length).toBeGreaterThanOrEqual(2);
    first.close();
    await first.ended;
    const second = await readEvents(server, links.events, { lastEventId: first.lastEventId() });
    go();
    expect(await second.ended).toBe(true);
    const all = [...first.messages, ...second.messages];
    expect(all.map(({ data }) => data.seq)).toEqual([1, 2, 3, 4]);
    const done = await server.ask(links.events, {
      headers: { Accept: 'text/event-stream', 'Last-Event-ID': second.lastEventId() },
    });
    expect(done.status).toBe(204);
  });

  test('a client that leaves frees its place, and the server can close', async () => {
    const server = await openHttpServer({ express, pipeline: idle, router: { limits: { maxStreams: 1 } } });
    const stream = await readEvents(server, '/events');
    const refused = await server.ask('/events', { headers: { Accept: 'text/event-stream' } });
    expect([refused.status, (await refused.json()).code]).toEqual([503, 'SERVER_BUSY']);
    stream.close();
    await stream.ended;
    await expect
      .poll(async () => {
        const other = new AbortController();
        const response = await server.ask('/events', {
          headers: { Accept: 'text/event-stream' },
          signal: other.signal,
        });
        other.abort();
        return response.status;
      })
      .toBe(200);
  });
});

/** Breaks the first upload of a page off in its middle, with this error. */
const breakingOnce = (code: 'STORE_UNAVAILABLE' | 'INTERNAL') => (store: ArtifactStore) => {
  let puts = 0;
  return withMethods(store, {
    async put(...[key, content, options]: Parameters<ArtifactStore['put']>) {
      puts += 1;
      // The first is the document.
      if (puts !== 2) return await store.put(key, content, options);
      for await (const _ of content) break;
      throw new PubpipeError(code, 'Cut off in the middle.');
    },
  });
};

test.each([
  ['is tried again within the attempt', 'STORE_UNAVAILABLE', ['queued', 'started', 'preview', 'completed']],
  ['costs the attempt', 'INTERNAL', ['queued', 'started', 'retrying', 'started', 'preview', 'completed']],
] as const)(
  'a page whose upload breaks off in its middle and %s is seen without gap or repeat',
  async (_, code, types) => {
    const { promise: go, resolve } = Promise.withResolvers<void>();
    const renderer = createScriptedRenderer(async ({ deliver, index, signal }) => {
      await deliver('page-0001.png', `page of attempt ${index}`, 1);
      await unlessAborted(go, signal);
      await deliver('document.pdf', '%PDF-1.4');
    });
    const server = await openHttpServer({ pipeline: { renderer, aroundArtifactStore: breakingOnce(code) } });
    const { links } = await (await submit(server)).json<JobAnswer>();
    const first = await readEvents(server, links.events);
    await expect.poll(() => first.messages.map(({ type }) => type), { timeout: 10_000 }).toContain('preview');
    first.close();
    await first.ended;
    resolve();
    const second = await readEvents(server, links.events, { lastEventId: first.lastEventId() });
    expect(await second.ended).toBe(true);
    const all = [...first.messages, ...second.messages];
    expect(all.map(({ type }) => type)).toEqual(types);
    expect(all.map(({ data }) => data.seq)).toEqual(types.map((_each, index) => index + 1));
    expect((await server.ask(links.pages.replace('{page}', '1'))).status).toBe(200);
  },
);

test("a tenant's stream has the events of its jobs only, and goes on where it was", async () => {
  const server = await openHttpServer({ pipeline: idle });
  await submit(server);
  const stream = await readEvents(server, '/events');
  // The position comes before any event, for clients that lose their connection before the first.
  await expect.poll(() => Number(stream.lastEventId())).toBeGreaterThan(0);
  const [mine, theirs] = [await submit(server), await submit(server, { tenant: 'another' })];
  const [{ id }, other] = [await mine.json<JobAnswer>(), await theirs.json<JobAnswer>()];
  await expect.poll(() => stream.messages.map(({ data }) => data.jobId)).toEqual([id]);
  stream.close();
  await stream.ended;
  await server.ask(`/jobs/${id}/cancel`, { method: 'POST' });
  const resumed = await readEvents(server, '/events', { lastEventId: stream.lastEventId() });
  await expect.poll(() => resumed.messages.map(({ type, data }) => [type, data.jobId])).toEqual([['cancelled', id]]);
  const foreign = await readEvents(server, '/events?after=0', { tenant: 'another' });
  await expect.poll(() => foreign.messages.map(({ data }) => data.jobId)).toEqual([other.id]);
});

test('histories are read as JSON, in parts', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const { id, links } = await (await submit(server)).json<JobAnswer>();
  await server.ask(links.cancel, { method: 'POST' });
  const types = async (path: string) =>
    (await (await server.ask(path)).json<{ events: readonly { type: string }[] }>()).events.map(({ type }) => type);
  expect(await types(links.events)).toEqual(['queued', 'cancelled']);
  expect(await types(`${links.events}?after=1`)).toEqual(['cancelled']);
  expect(await types(`${links.events}?limit=1`)).toEqual(['queued']);
  const page = await (await server.ask('/events?limit=1')).json<{ position: number; hasMore: boolean }>();
  expect(page).toMatchObject({ events: [{ jobId: id, type: 'queued', position: page.position }], hasMore: true });
  expect(await types(`/events?after=${page.position}`)).toEqual(['cancelled']);
  for (const headers of [{ Accept: '*/*' }, { Accept: 'application/json, text/event-stream;q=0' }]) {
    expect((await server.ask('/events', { headers })).headers.get('content-type')).toBe('application/json');
  }
  for (const lastEventId of ['x', '-1', '1e3', '9'.repeat(20)]) {
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': lastEventId };
    expect((await server.ask(links.events, { headers })).status).toBe(400);
  }
});

test('a cursor of another time is told to read anew', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const stream = await readEvents(server, '/events', { lastEventId: '999999' });
  await expect.poll(() => stream.messages.map(({ type }) => type)).toEqual(['reset']);
  await submit(server);
  await expect.poll(() => stream.messages.map(({ type }) => type)).toEqual(['reset', 'queued']);
});

test('a stream in which nothing happens gives signs of life, and ends in order when the router closes', async () => {
  const server = await openHttpServer({ pipeline: idle, router: { heartbeatMs: 20 } });
  const { links } = await (await submit(server)).json<JobAnswer>();
  const streams = [await readEvents(server, '/events'), await readEvents(server, links.events)];
  for (const stream of streams) await expect.poll(() => stream.comments()).toBeGreaterThan(2);
  server.router.close();
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual([true, true]);
});

test('a stream whose database goes away breaks off, so that the client comes again', async () => {
  let isAway = false;
  const gone = new PubpipeError('JOB_STORE_UNAVAILABLE', 'Away.');
  const server = await openHttpServer({
    pipeline: {
      ...idle,
      aroundJobStore: (store) =>
        failing(store, { events: () => (isAway ? { when: 'before', error: gone } : undefined) }),
    },
  });
  const { links, id } = await (await submit(server)).json<JobAnswer>();
  const stream = await readEvents(server, links.events);
  await expect.poll(() => stream.messages.length).toBe(1);
  isAway = true;
  await server.pipeline.cancel({ id, tenant: 'acme' });
  expect(await stream.ended).toBe(false);
  isAway = false;
  const resumed = await readEvents(server, links.events, { lastEventId: stream.lastEventId() });
  await resumed.ended;
  expect(resumed.messages.map(({ type }) => type)).toEqual(['cancelled']);
});
