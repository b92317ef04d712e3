import { setImmediate as nextTurn } from 'node:timers/promises';
import { createHttpApi, type HttpRequest } from '@pubpipe/core/http';
import { expect, test } from 'vitest';
import type { TestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { readEvents, readMessages } from './support/event-source.ts';
import { openHttpServer, type TestServer } from './support/open-http-server.ts';
import { openRawConnection, type RawConnection } from './support/raw-exchange.ts';
import { submit, uploadDocument } from './support/submit.ts';
import { withMethods } from './support/with-methods.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };
const stream = { Accept: 'text/event-stream' };

/** A running job whose events are as large as the test wants them. */
async function openTalkativeJob({ pipeline, jobStore }: Pick<TestPipeline, 'pipeline' | 'jobStore'>, document: string) {
  const { job } = await pipeline.submit({ tenant: 'acme', document, renditions: [{ kind: 'pdf' }] });
  const claimed = await jobStore.claim({ jobId: job.id, owner: 'test', leaseMs: 600_000 });
  if (claimed === undefined) throw new Error('The job could not be claimed.');
  return {
    id: job.id,
    async say(byteSize: number): Promise<void> {
      // Facts of an event are small: no renderer makes them this large.
      const stage = 'x'.repeat(byteSize) as 'exporting';
      await jobStore.heartbeat(claimed.claim, { leaseMs: 600_000, progress: { stage } });
      pipeline.parts.bus.publish({ tenant: 'acme', jobId: job.id, ended: false });
      // The driver of SQLite is synchronous: others get their turn only here.
      await nextTurn();
    },
  };
}

test('200 clients to whom nothing happens cost the database no more than one', async () => {
  let statements = 0;
  let looks = 0;
  const server = await openHttpServer({
    pipeline: {
      ...idle,
      eventPollMs: 50,
      onStatement: () => {
        statements += 1;
      },
      aroundJobStore: (store) =>
        withMethods(store, {
          readFeed: async (request) => {
            looks += 1;
            return await store.readFeed(request);
          },
        }),
    },
    router: { limits: { maxStreamsPerTenant: 200 } },
  });
  const jobs: JobAnswer[] = [];
  for (let count = 0; count < 100; count += 1) jobs.push(await (await submit(server)).json<JobAnswer>());
  const streams = await Promise.all([
    ...jobs.map(({ links }) => readEvents(server, links.events)),
    ...jobs.map(() => readEvents(server, '/events')),
  ]);
  for (const { messages } of streams.slice(0, 100)) await expect.poll(() => messages.length).toBe(1);
  const costOf = async (wanted: number): Promise<number> => {
    const [from, before] = [looks, statements];
    await expect.poll(() => looks - from, { timeout: 30_000 }).toBeGreaterThanOrEqual(wanted);
    return (statements - before) / (looks - from);
  };
  // Two to read the feed, and two for the one whose turn it is to ask whether its job is still there.
  expect(await costOf(20)).toBeLessThan(8);
  for (const { close } of streams.slice(1)) close();
  await Promise.all(streams.slice(1).map(({ ended }) => ended));
  // The others' events come all the same.
  await server.pipeline.cancel({ id: jobs[0]?.id ?? '', tenant: 'acme' });
  await expect.poll(() => streams[0]?.messages.map(({ type }) => type)).toEqual(['queued', 'cancelled']);
});

test('a stream of a job that is erased ends, also where nobody was heard', async () => {
  for (const isHeard of [true, false]) {
    const server = await openHttpServer({ pipeline: { ...idle, eventPollMs: isHeard ? 60_000 : 20 } });
    const { links, id } = await (await submit(server)).json<JobAnswer>();
    const reader = await readEvents(server, links.events);
    await expect.poll(() => reader.messages.length).toBe(1);
    if (!isHeard) await server.pipeline.parts.bus.close();
    await server.pipeline.erase({ tenant: 'acme', jobId: id, dryRun: false });
    await reader.ended;
    expect((await server.ask(links.events, { headers: stream })).status).toBe(404);
  }
});

test.each(['the events of all jobs', 'the events of one job'])(
  'a client that does not read %s is dropped with less than 256 KiB unsent, and resumes without gap or repeat',
  async (what) => {
    // A stalled connection is not what ends it here.
    const server = await openHttpServer({ pipeline: idle, router: { stallTimeoutMs: 600_000 } });
    const { id: document } = await uploadDocument(server);
    const job = await openTalkativeJob(server, document);
    const path = what === 'the events of all jobs' ? '/events' : `/jobs/${job.id}/events`;
    const query = '?after=0';
    const reader = await readEvents(server, path + query);
    const connections = watchConnections(server);
    const stalled = await openRawConnection(server.port);
    stalled.socket.pause();
    stalled.send(
      `GET /print${path}${query} HTTP/1.0\r\nHost: x\r\nX-Tenant: acme\r\nAccept: text/event-stream\r\n\r\n`,
    );
    await expect.poll(() => connections.has(stalled)).toBe(true);
    let said = 0;
    // What the system keeps for a connection comes first: only then does anything wait here.
    while (connections.has(stalled) && said < 2_000) {
      await job.say(20_000);
      said += 1;
    }
    expect(connections.has(stalled)).toBe(false);
    await expect.poll(() => reader.messages.length, { timeout: 20_000 }).toBe(said + 2);
    stalled.socket.resume();
    await stalled.closed;
    const got = readMessages(stalled.text().slice(stalled.text().indexOf('\r\n\r\n') + 4));
    expect(got.messages.length).toBeLessThan(said + 2);
    const resumed = await readEvents(server, path, { lastEventId: got.lastEventId });
    await job.say(10);
    await expect.poll(() => got.messages.length + resumed.messages.length, { timeout: 20_000 }).toBe(said + 3);
    const ids = [...got.messages, ...resumed.messages].map(({ data }) => data.seq);
    expect(ids).toEqual(ids.map((_, index) => index + 1));
  },
  120_000,
);

/** Which of the connections that are opened from now on the server still has. */
function watchConnections({ server }: Pick<TestServer, 'server'>) {
  const ports = new Set<number | undefined>();
  server.on('connection', (socket) => {
    const { remotePort } = socket;
    ports.add(remotePort);
    socket.once('close', () => ports.delete(remotePort));
  });
  return { has: ({ socket }: RawConnection) => ports.has(socket.localPort), count: () => ports.size };
}

/** Asks the routes themselves, as an adapter does. */
async function openStream(server: TestServer, path: string, maxUnsentBytes: number) {
  const api = createHttpApi(server.pipeline, { allowAnonymous: true, limits: { maxUnsentBytes } });
  const leaving = new AbortController();
  const [pathname = '', query = ''] = path.split('?');
  const request: HttpRequest = {
    method: 'GET',
    path: pathname,
    query,
    mountPath: '',
    headers: { accept: 'text/event-stream' },
    body: { kind: 'gone' },
    signal: leaving.signal,
  };
  const { body, cutOff } = await api.handle(request);
  if (typeof body !== 'object') throw new Error('It is no stream.');
  const chunks = body[Symbol.asyncIterator]();
  return { chunks, cutOff, leave: () => leaving.abort() };
}

test('a client may take its time for what is past, however much it is', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const document = await server.pipeline.upload({ fileName: 'card.sla', content: bytes(), tenant: 'default' });
  const { job } = await server.pipeline.submit({ document: document.id, renditions: [{ kind: 'pdf' }] });
  const claimed = await server.jobStore.claim({ jobId: job.id, owner: 'test', leaseMs: 600_000 });
  if (claimed === undefined) throw new Error('The job could not be claimed.');
  for (let count = 0; count < 600; count += 1) {
    await server.jobStore.heartbeat(claimed.claim, { leaseMs: 1, progress: { stage: 'exporting', pagesDone: count } });
  }
  for (const path of [`/jobs/${job.id}/events`, '/events?after=0']) {
    const { chunks, cutOff, leave } = await openStream(server, path, 2_048);
    let text = '';
    while (readMessages(text).messages.length < 602) {
      const { value } = await chunks.next();
      expect(value?.byteLength ?? 0).toBeLessThanOrEqual(2_048);
      text += Buffer.from(value ?? []).toString();
      // Long enough for whatever would cut it off.
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    }
    expect(readMessages(text).messages.map(({ data }) => data.seq)).toEqual(
      Array.from({ length: 602 }, (_, at) => at + 1),
    );
    expect(cutOff?.aborted).toBe(false);
    leave();
    await chunks.return?.();
  }
}, 120_000);

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('<SCRIBUSUTF8NEW Version="1.5.8"/>');
}

test('a client that goes while its job is being looked for gives its place back', async () => {
  let gate: Promise<void> | undefined;
  const asked = Promise.withResolvers<void>();
  const server = await openHttpServer({
    pipeline: {
      ...idle,
      aroundJobStore: (store) =>
        withMethods(store, {
          get: async (id) => {
            if (gate !== undefined) asked.resolve();
            await gate;
            return await store.get(id);
          },
        }),
    },
    router: { limits: { maxStreams: 1 } },
  });
  const { links } = await (await submit(server)).json<JobAnswer>();
  const held = Promise.withResolvers<void>();
  gate = held.promise;
  const connections = watchConnections(server);
  const leaving = await openRawConnection(server.port);
  leaving.send(`GET ${links.events} HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nAccept: text/event-stream\r\n\r\n`);
  await asked.promise;
  leaving.socket.destroy();
  await expect.poll(() => connections.count()).toBe(0);
  gate = undefined;
  held.resolve();
  const reader = await readEvents(server, links.events);
  await expect.poll(() => reader.messages.length).toBe(1);
});

test('a client that had gone before it came to the router holds no place, and leaves no upload', async () => {
  const mayGoOn = Promise.withResolvers<void>();
  let isHeld = true;
  let held = 0;
  const server = await openHttpServer({
    pipeline: idle,
    router: { limits: { maxStreams: 1 } },
    before: (app) =>
      app.use(async (_request, _response, next) => {
        if (isHeld) held += 1;
        if (isHeld) await mayGoOn.promise;
        next();
      }),
  });
  const connections = watchConnections(server);
  const leaving = await Promise.all([1, 2].map(() => openRawConnection(server.port)));
  leaving[0]?.send('GET /print/events HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nAccept: text/event-stream\r\n\r\n');
  leaving[1]?.send(
    'POST /print/artifacts?fileName=a.sla HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nContent-Length: 100\r\n\r\nabc',
  );
  await expect.poll(() => held).toBe(2);
  isHeld = false;
  for (const { socket } of leaving) socket.destroy();
  await expect.poll(() => connections.count()).toBe(0);
  mayGoOn.resolve();
  const reader = await readEvents(server, '/events');
  reader.close();
  expect(await Array.fromAsync(server.pipeline.parts.artifactStore.list())).toEqual([]);
});

test('a flood of streams is held to the places of its tenant, others get theirs, and all come free again', async () => {
  const limits = { maxStreams: 12, maxStreamsPerTenant: 10 };
  const server = await openHttpServer({ pipeline: idle, router: { limits } });
  const flood = await Promise.all(
    Array.from({ length: 300 }, async () => {
      const leaving = new AbortController();
      const response = await server.ask('/events', { headers: stream, signal: leaving.signal });
      return { response, leave: () => leaving.abort() };
    }),
  );
  const refused = flood.filter(({ response }) => response.status !== 200);
  expect(refused).toHaveLength(290);
  for (const { response } of refused) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await response.json()).code).toBe('TOO_MANY_STREAMS');
  }
  const others = [
    await readEvents(server, '/events', { tenant: 'b' }),
    await readEvents(server, '/events', { tenant: 'c' }),
  ];
  const full = await server.ask('/events', { headers: stream, tenant: 'd' });
  expect([full.status, full.headers.get('retry-after'), (await full.json()).code]).toEqual([503, '2', 'SERVER_BUSY']);
  // Who prefers to wait, and finds no place for that, is answered at once.
  const { id: document } = await uploadDocument(server, 'd');
  const waiting = await submit(server, { tenant: 'd', headers: { Prefer: 'wait=30' }, body: { document } });
  expect([waiting.status, waiting.headers.get('preference-applied')]).toEqual([202, null]);
  for (const { leave } of flood) leave();
  for (const { close } of others) close();
  await expect
    .poll(async () => {
      const again = new AbortController();
      const opened = await Promise.all(
        Array.from({ length: 10 }, () => server.ask('/events', { headers: stream, signal: again.signal })),
      );
      again.abort();
      return opened.map(({ status }) => status);
    })
    .toEqual(Array.from({ length: 10 }, () => 200));
});

test('once the router is closed there are no new streams', async () => {
  const server = await openHttpServer({ pipeline: idle });
  server.router.close();
  const response = await server.ask('/events', { headers: stream });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  expect((await server.ask('/events')).status).toBe(200);
});
