import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { ArtifactAnswer, JobAnswer } from './support/answer.ts';
import {
  expressVersions,
  openHttpServer,
  type TestServer,
  type TestServerOptions,
} from './support/open-http-server.ts';
import { openRawConnection, statusOf } from './support/raw-exchange.ts';
import { submit } from './support/submit.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };
const text = 'abcdefghij';

async function upload({ ask }: Pick<TestServer, 'ask'>, body = text): Promise<ArtifactAnswer> {
  return await (await ask('/artifacts?fileName=text.txt', { method: 'POST', body })).json<ArtifactAnswer>();
}

const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

describe.each(expressVersions)('on %s', (_, express) => {
  const open = (options: TestServerOptions = {}) => openHttpServer({ express, pipeline: idle, ...options });

  test('a request that names the whole URL, as proxies send it, is one like any other', async () => {
    for (const mountPath of ['/print', '/']) {
      const server = await open({ mountPath });
      const connection = await openRawConnection(server.port);
      const path = mountPath === '/' ? '/nowhere' : '/print/nowhere';
      connection.send(`GET http://shop.example${path}?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      await connection.closed;
      expect(JSON.parse(bodyOf(connection.text()))).toMatchObject({ code: 'ROUTE_NOT_FOUND', instance: path });
      const other = await openRawConnection(server.port);
      const live = path.replace('nowhere', 'health/live');
      other.send(`GET HTTP://shop.example:80${live} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      await other.closed;
      expect([statusOf(other.text()), bodyOf(other.text())]).toEqual([200, '{"status":"ok"}']);
    }
  });

  test('a client that speaks HTTP/1.0 gets whole downloads and streams, without chunks', async () => {
    const server = await open();
    const { links } = await upload(server);
    const download = await openRawConnection(server.port);
    download.send(`GET ${links.content} HTTP/1.0\r\nX-Tenant: acme\r\n\r\n`);
    await download.closed;
    expect([bodyOf(download.text()), /content-length: 10\r\n/i.test(download.text())]).toEqual([text, true]);
    const job = await (await submit(server)).json<JobAnswer>();
    await server.ask(job.links.cancel, { method: 'POST' });
    const stream = await openRawConnection(server.port);
    stream.send(`GET ${job.links.events} HTTP/1.0\r\nX-Tenant: acme\r\nAccept: text/event-stream\r\n\r\n`);
    await stream.closed;
    expect(stream.text()).not.toMatch(/transfer-encoding/i);
    expect(bodyOf(stream.text())).toMatch(
      /^retry: 1000\n\nid: 1\nevent: queued\n.*\n\nid: 2\nevent: cancelled\n.*\n\n$/,
    );
  });

  test('a client that waits to be told to go on is told so, and refused where its head says that it is too much', async () => {
    const server = await open({ router: { limits: { maxUploadBytes: 100 } } });
    const head = (length: number) =>
      `POST /print/artifacts?fileName=a.txt HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`;
    const polite = await openRawConnection(server.port);
    polite.send(head(10));
    await once(polite.socket, 'data');
    expect(polite.text()).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    polite.send(text);
    await expect.poll(() => polite.text()).toMatch(/HTTP\/1\.1 201 Created/);
    const large = await openRawConnection(server.port);
    large.send(head(1_000_000));
    await expect.poll(() => large.text()).toMatch(/HTTP\/1\.1 413 /);
    await large.closed;
  });

  test('trailers behind the chunks of a body are no part of it', async () => {
    const server = await open();
    const connection = await openRawConnection(server.port);
    connection.send(
      'POST /print/artifacts?fileName=a.txt HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nTransfer-Encoding: chunked\r\n' +
        'Trailer: X-Evil\r\nConnection: close\r\n\r\n4;name=value\r\nabcd\r\n6\r\nefghij\r\n0\r\nX-Evil: yes\r\nX-Tenant: another\r\n\r\n',
    );
    await connection.closed;
    const { links } = JSON.parse(bodyOf(connection.text())) as ArtifactAnswer;
    expect(await (await server.ask(links.content)).text()).toBe(text);
  });

  test('requests that come on one connection before the first is answered are answered in their order', async () => {
    const server = await open();
    const { links, sha256 } = await upload(server);
    const get = (headers: string) => `GET ${links.content} HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\n${headers}\r\n`;
    const connection = await openRawConnection(server.port);
    connection.send(
      get(`If-None-Match: "${sha256}"\r\n`) +
        get('Range: bytes=99-\r\n') +
        get('Range: bytes=0-2\r\n').replace('GET', 'HEAD') +
        get('Range: bytes=0-2\r\nConnection: close\r\n'),
    );
    await connection.closed;
    const answers = connection.text().split(/(?=HTTP\/1\.1 )/);
    expect(answers.map(statusOf)).toEqual([304, 416, 200, 206]);
    // Neither of these has a body, and a 304 says nothing of the length of what it has not got.
    expect([bodyOf(answers[0] ?? ''), bodyOf(answers[2] ?? ''), bodyOf(answers[3] ?? '')]).toEqual(['', '', 'abc']);
    expect(answers[0]).not.toMatch(/content-length|transfer-encoding|content-type/i);
    expect(answers[2]).toMatch(/content-length: 10\r\n/i);
  });

  test('a connection goes on behind a body that nobody has read, as long as it is small', async () => {
    const server = await open();
    const connection = await openRawConnection(server.port);
    const refused = (path: string, more: string) =>
      `POST /print${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n${more}\r\n${'x'.repeat(5_000)}`;
    connection.send(
      refused('/artifacts?fileName=a.txt', '') +
        refused('/nowhere', '') +
        refused('/jobs', 'X-Tenant: acme\r\nContent-Type: text/plain\r\n') +
        refused('/artifacts?fileName=a.txt', 'X-Tenant: acme\r\nContent-Encoding: gzip\r\n') +
        'GET /print/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    await connection.closed;
    const statuses = connection
      .text()
      .split(/(?=HTTP\/1\.1 )/)
      .map(statusOf);
    expect(statuses).toEqual([401, 404, 415, 415, 200]);
  });

  test('HEAD says of every path what GET says, without a body', async () => {
    const server = await open();
    const { links } = await upload(server);
    const job = await (await submit(server)).json<JobAnswer>();
    const paths = [links.self, links.content, job.links.self, job.links.events, '/jobs', '/events', '/health/live'];
    for (const path of [...paths, '/openapi.json', job.links.pages.replace('{page}', '1'), '/nowhere']) {
      const headers = { 'X-Request-Id': 'the-same' };
      const [get, head] = [await server.ask(path, { headers }), await server.ask(path, { method: 'HEAD', headers })];
      const said = ({ status, headers: all }: { status: number; headers: Headers }) => [
        status,
        [...all].filter(([name]) => !['date', 'keep-alive', 'connection'].includes(name)),
      ];
      expect([path, said(head)]).toEqual([path, said(get)]);
      await get.arrayBuffer();
      expect(await head.text()).toBe('');
    }
  });

  test('a request that the host has answered meanwhile is left alone, and holds nothing', async () => {
    const answered = Promise.withResolvers<void>();
    const server = await open({
      router: {
        limits: { maxStreams: 1 },
        authenticate: async (request) => {
          if (request.headers['x-late'] !== undefined) await answered.promise;
          return { tenant: 'acme' };
        },
      },
      before: (app) =>
        app.use((request, response, next) => {
          next();
          if (request.headers['x-late'] === undefined) return;
          response.status(503).send('too late');
          response.once('finish', answered.resolve);
        }),
    });
    const headers = { Accept: 'text/event-stream' };
    const late = await server.ask('/events', { headers: { ...headers, 'X-Late': 'yes' } });
    expect([late.status, await late.text()]).toEqual([503, 'too late']);
    const leaving = new AbortController();
    await expect.poll(async () => (await server.ask('/events', { headers, signal: leaving.signal })).status).toBe(200);
    leaving.abort();
  });

  test('a connection that sends its head drop by drop is ended by Node, while others are served', async () => {
    const server = await open({ node: { headersTimeout: 500, requestTimeout: 500, connectionsCheckingInterval: 100 } });
    const slow = await openRawConnection(server.port);
    slow.send('GET /print/events HTTP/1.1\r\nHost: x\r\n');
    const timer = setInterval(() => slow.send('X-A: b\r\n'), 50);
    expect((await server.ask('/health/live')).status).toBe(200);
    await slow.closed;
    clearInterval(timer);
    expect(statusOf(slow.text())).toBe(408);
    expect((await server.ask('/health/live')).status).toBe(200);
  });
});

test.each([
  ['Bytes=0-3', 206],
  ['bytes = 0-3', 200],
  ['bytes=0-3,', 200],
  ['bytes=0-0,-1', 200],
  ['bytes=+1-3', 200],
  ['bytes=0x1-3', 200],
  ['bytes=1.5-3', 200],
  ['bytes=--3', 200],
  [`bytes=${'9'.repeat(400)}-`, 416],
  [`bytes=-${'9'.repeat(400)}`, 206],
  [`bytes=0-${'0-1,'.repeat(2_000)}`, 200],
  [`bytes=${' '.repeat(5_000)}x`, 200],
])('the range %s is answered with %i', async (range, status) => {
  const server = await openHttpServer({ pipeline: idle });
  const { links } = await upload(server);
  const connection = await openRawConnection(server.port);
  connection.send(
    `GET ${links.content} HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nRange: ${range}\r\nConnection: close\r\n\r\n`,
  );
  await connection.closed;
  expect(statusOf(connection.text())).toBe(status);
});
