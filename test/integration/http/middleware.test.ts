import { createHash, randomBytes } from 'node:crypto';
import compression from 'compression';
import cors from 'cors';
import type { RequestHandler } from 'express';
import session from 'express-session';
import helmet from 'helmet';
import multer from 'multer';
import { describe, expect, test } from 'vitest';
import type { ArtifactAnswer, JobAnswer } from './support/answer.ts';
import { readEvents } from './support/event-source.ts';
import { expressVersions, openHttpServer, type TestServer } from './support/open-http-server.ts';
import { openRawConnection, statusOf } from './support/raw-exchange.ts';
import { submit, uploadDocument } from './support/submit.ts';

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const content = randomBytes(3_000_000);
const octets = { 'Content-Type': 'application/octet-stream' };

/** Sends without a length, so that nothing but the content says whether all of it came. */
async function uploadInChunks({ ask }: Pick<TestServer, 'ask'>, headers: Record<string, string> = octets) {
  const body = new ReadableStream({
    start(controller) {
      for (let at = 0; at < content.length; at += 50_000) controller.enqueue(content.subarray(at, at + 50_000));
      controller.close();
    },
  });
  return await ask('/artifacts?fileName=a.bin', { method: 'POST', body, headers, duplex: 'half' });
}

/** Everything that a job's life asks of the routes; answers how it ended. */
async function liveThrough(server: TestServer): Promise<string> {
  const uploaded = await uploadInChunks(server);
  expect(uploaded.status).toBe(201);
  const { links, ...artifact } = await uploaded.json<ArtifactAnswer>();
  expect(artifact.sha256).toBe(sha256(content));
  const download = await server.ask(links.content, { headers: { 'Accept-Encoding': 'gzip, br' } });
  expect(download.headers.get('content-encoding')).toBeNull();
  expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(artifact.sha256);
  const part = await server.ask(links.content, { headers: { Range: 'bytes=10-19' } });
  expect([part.status, sha256(new Uint8Array(await part.arrayBuffer()))]).toEqual([
    206,
    sha256(content.subarray(10, 20)),
  ]);
  const accepted = await submit(server, { headers: { Prefer: 'wait=30' } });
  expect(accepted.status).toBe(200);
  const job = await accepted.json<JobAnswer>();
  expect(job.outputs).toHaveLength(2);
  const stream = await readEvents(server, job.links.events);
  expect(await stream.ended).toBe(true);
  expect(stream.messages.map(({ type }) => type)).toEqual(['queued', 'started', 'preview', 'completed']);
  const list = await server.ask('/jobs', { headers: { 'Accept-Encoding': 'gzip' } });
  expect((await list.json<{ jobs: readonly JobAnswer[] }>()).jobs.map(({ id }) => id)).toEqual([job.id]);
  const gone = await server.ask(job.links.self, { method: 'HEAD' });
  expect([gone.status, await gone.text()]).toEqual([200, '']);
  expect((await server.ask('/nowhere')).headers.get('content-type')).toBe('application/problem+json');
  return job.status;
}

/** Listens to bodies as they pass, as loggers and meters do. */
const listening =
  (seen: { bytes: number }): RequestHandler =>
  (request, _response, next) => {
    request.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.byteLength;
    });
    next();
  };

describe.each(expressVersions)('on %s', (_, express) => {
  const parsers: Readonly<Record<string, () => readonly RequestHandler[]>> = {
    'parsers of JSON, forms and text': () => [express.json(), express.urlencoded({ extended: true }), express.text()],
    'a parser of images': () => [express.raw({ type: 'image/*' })],
    multer: () => [multer().any()],
    compression: () => [compression({ threshold: 0 })],
    cors: () => [cors({ origin: 'https://shop.example' })],
    helmet: () => [helmet()],
    'a session': () => [session({ secret: 'x', resave: false, saveUninitialized: true })],
    'a listener to bodies': () => [listening({ bytes: 0 })],
    'all of them': () => [
      helmet(),
      cors(),
      compression({ threshold: 0 }),
      session({ secret: 'x', resave: true, saveUninitialized: true }),
      express.json(),
      express.urlencoded({ extended: true }),
      express.text(),
      multer().any(),
      listening({ bytes: 0 }),
    ],
  };

  test.each(Object.entries(parsers))('behind %s a job lives its whole life', async (_name, middleware) => {
    const server = await openHttpServer({ express, before: (app) => app.use(...middleware()) });
    expect(await liveThrough(server)).toBe('completed');
  });

  test('a body that somebody listens to comes whole to both', async () => {
    const seen = { bytes: 0 };
    const server = await openHttpServer({
      express,
      // The later it is known who asks, the more could flow away until then.
      router: {
        authenticate: async () => {
          for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          return { tenant: 'acme' };
        },
      },
      before: (app) => app.use(listening(seen)),
    });
    const uploaded = await uploadInChunks(server);
    expect((await uploaded.json<ArtifactAnswer>()).sha256).toBe(sha256(content));
    expect(seen.bytes).toBe(content.length);
    expect((await submit(server)).status).toBe(202);
  });

  test('a body of which somebody has taken a part is refused, not stored without it', async () => {
    const server = await openHttpServer({
      express,
      before: (app) =>
        app.use((request, _response, next) => {
          request.once('data', () => {
            request.pause();
            next();
          });
        }),
    });
    const response = await uploadInChunks(server);
    expect([response.status, (await response.json()).code]).toEqual([500, 'BODY_ALREADY_READ']);
    expect(await Array.fromAsync(server.pipeline.parts.artifactStore.list())).toEqual([]);
  });

  test('files that multer has taken are refused, and the next request is served', async () => {
    const server = await openHttpServer({ express, before: (app) => app.use(multer().any()) });
    const form = new FormData();
    form.append('file', new Blob(['x']), 'a.sla');
    const response = await server.ask('/artifacts', { method: 'POST', body: form });
    expect([response.status, (await response.json()).code]).toEqual([500, 'BODY_ALREADY_READ']);
    await uploadDocument(server);
  });

  test('JSON in an answer is packed by compression, live events are not, and a client that leaves is noticed', async () => {
    const server = await openHttpServer({
      express,
      before: (app) => app.use(compression({ threshold: 0 })),
      router: { limits: { maxStreams: 1 } },
    });
    const accepted = await submit(server);
    const { links } = await accepted.json<JobAnswer>();
    const packed = await server.ask(links.self, { headers: { 'Accept-Encoding': 'gzip' } });
    expect([packed.headers.get('content-encoding'), (await packed.json<JobAnswer>()).links.self]).toEqual([
      'gzip',
      links.self,
    ]);
    const stream = await readEvents(server, '/events?after=0');
    expect(stream.response.headers.get('content-encoding')).toBeNull();
    await expect.poll(() => stream.messages.length).toBeGreaterThan(0);
    stream.close();
    await expect
      .poll(async () => {
        const leaving = new AbortController();
        const { status } = await server.ask('/events', {
          headers: { Accept: 'text/event-stream' },
          signal: leaving.signal,
        });
        leaving.abort();
        return status;
      })
      .toBe(200);
  });

  test('a body that is too large is refused behind everything, too, and the connection closed', async () => {
    const server = await openHttpServer({
      express,
      router: { limits: { maxUploadBytes: 1_000 } },
      before: (app) => app.use(...(parsers['all of them']?.() ?? [])),
    });
    const connection = await openRawConnection(server.port);
    connection.send(
      'POST /print/artifacts?fileName=a.bin HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nContent-Length: 1000000\r\n\r\n',
    );
    connection.send(Buffer.alloc(500_000));
    await expect.poll(() => statusOf(connection.text())).toBe(413);
    await connection.closed;
  });
});
