import { describe, expect, test } from 'vitest';
import { openPino } from '../support/open-pino.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import { expressVersions, openHttpServer, type TestServer } from './support/open-http-server.ts';
import { openRawConnection, type RawConnection, statusOf } from './support/raw-exchange.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };
const mebibyte = Buffer.alloc(1_048_576, 'x');
const headOf = (more: string, path = '/artifacts?fileName=a.bin') =>
  `POST /print${path} HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\n${more}\r\n\r\n`;
const isIdle = async (server: TestServer) => {
  expect(await Array.fromAsync(server.pipeline.parts.artifactStore.list())).toEqual([]);
  expect((await server.ask('/health/live')).status).toBe(200);
};

/** Sends the same chunk until the other side has closed, and says how many bytes could be sent. */
async function flood({ socket, closed }: RawConnection, chunk: Uint8Array): Promise<number> {
  while (!socket.destroyed) {
    if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
  }
  return socket.bytesWritten;
}

describe.each(expressVersions)('on %s', (_, express) => {
  const open = () =>
    openHttpServer({
      express,
      pipeline: idle,
      router: { limits: { maxUploadBytes: 10_485_760, bodyIdleTimeoutMs: 300 } },
    });

  test('2 GiB against a limit of 10 MiB are refused by their head, and the client gets to read why', async () => {
    const server = await open();
    const connection = await openRawConnection(server.port);
    connection.send(headOf('Content-Length: 2147483648'));
    const sentBytes = await flood(connection, mebibyte);
    expect(statusOf(connection.text())).toBe(413);
    expect(connection.text()).toMatch(/connection: close/i);
    expect(connection.text()).toContain('CONTENT_TOO_LARGE');
    expect(sentBytes).toBeLessThan(64 * mebibyte.byteLength);
    await isIdle(server);
  });

  test('a body without a length is refused when it has become too long', async () => {
    const server = await open();
    const connection = await openRawConnection(server.port);
    connection.send(headOf('Transfer-Encoding: chunked'));
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), mebibyte, Buffer.from('\r\n')]);
    expect(await flood(connection, chunk)).toBeLessThan(96 * mebibyte.byteLength);
    expect(statusOf(connection.text())).toBe(413);
    await isIdle(server);
  });

  test('a body that stands still is given up', async () => {
    const server = await open();
    const connection = await openRawConnection(server.port);
    connection.send(`${headOf('Content-Length: 1000')}x`);
    await connection.closed;
    expect(statusOf(connection.text())).toBe(408);
    await isIdle(server);
  });

  test('a body that comes drop by drop is given up', async () => {
    const server = await openHttpServer({
      express,
      pipeline: idle,
      router: { limits: { bodyIdleTimeoutMs: 300, minBodyBytesPerSecond: 100_000 } },
    });
    const connection = await openRawConnection(server.port);
    connection.send(headOf('Content-Length: 100000'));
    const timer = setInterval(() => connection.send('x'), 20);
    await connection.closed;
    clearInterval(timer);
    expect(statusOf(connection.text())).toBe(408);
    await isIdle(server);
  });

  test('a body that ends before its declared length leaves nothing', async () => {
    const server = await open();
    const connection = await openRawConnection(server.port);
    connection.send(`${headOf('Content-Length: 1000')}${'x'.repeat(500)}`);
    connection.socket.end();
    await connection.closed;
    expect(statusOf(connection.text())).not.toBe(201);
    await isIdle(server);
  });

  test('what follows the declared length is no part of the file', async () => {
    const server = await open();
    const connection = await openRawConnection(server.port);
    connection.send(`${headOf('Content-Length: 4')}abcdEVIL /x HTTP/9\r\n\r\n`);
    await connection.closed;
    expect(connection.text()).toMatch(/HTTP\/1\.1 400/);
    const stored = await Array.fromAsync(server.pipeline.parts.artifactStore.list());
    expect(stored.every(({ byteSize }) => byteSize === 4)).toBe(true);
    expect((await server.ask('/health/live')).status).toBe(200);
  });
});

const form = (...parts: readonly string[]) => `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
const file = (disposition: string) => `Content-Disposition: form-data${disposition}\r\n\r\nx`;
const contentType = { 'Content-Type': 'multipart/form-data; boundary=b' };

test.each([
  ['a file without a field name', form(file('; filename="a.sla"')), 400],
  [
    'a file without a file name',
    form('Content-Disposition: form-data; name="f"\r\nContent-Type: application/octet-stream\r\n\r\nx'),
    400,
  ],
  ['an empty file name', form(file('; name="f"; filename=""')), 400],
  ['a line break in a file name', form(file('; name="f"; filename="a\nb.sla"')), 400],
  ['no file', form(file('; name="f"')), 400],
  ['no part', '--b--\r\n', 400],
  ['nothing', '', 400],
  ['no end', form(file('; name="f"; filename="a.sla"')).slice(0, -8), 400],
  ['an end in a head', '--b\r\nContent-Disposition: form-data; name="f"; file', 400],
  ['10,000 fields', form(...Array.from({ length: 10_000 }, (_, index) => file(`; name="f${index}"`))), 413],
  ['10,000 files', form(...Array.from({ length: 10_000 }, (_, index) => file(`; name="f"; filename="${index}"`))), 413],
  ['a head of a megabyte', `--b\r\n${'X-Y: '.padEnd(1_000_000, 'z')}\r\n\r\nx\r\n--b--\r\n`, 400],
])('a form with %s is refused, and nothing of it is kept', async (_, body, status) => {
  const server = await openHttpServer({ pipeline: idle });
  const response = await server.ask('/artifacts', { method: 'POST', body, headers: contentType });
  expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
  const { deletable } = await server.jobStore.sweep({
    limit: 1_000,
    maxClaims: 20,
    abandonedAfterMs: 60_000,
    keepDeletedMs: 0,
  });
  expect(deletable).toHaveLength((await Array.fromAsync(server.pipeline.parts.artifactStore.list())).length);
});

test('a form that says no boundary is refused', async () => {
  const { ask } = await openHttpServer({ pipeline: idle });
  const headers = { 'Content-Type': 'multipart/form-data' };
  const response = await ask('/artifacts', { method: 'POST', body: 'x', headers });
  expect([response.status, (await response.json()).code]).toEqual([400, 'INVALID_INPUT']);
});

test('a form that stops in the middle of a file is given up', async () => {
  const server = await openHttpServer({ pipeline: idle, router: { limits: { bodyIdleTimeoutMs: 300 } } });
  const connection = await openRawConnection(server.port);
  const head = headOf('Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000', '/artifacts');
  connection.send(`${head}--b\r\n${file('; name="f"; filename="a.sla"')}`);
  await connection.closed;
  expect(statusOf(connection.text())).toBe(408);
  await expect.poll(async () => (await Array.fromAsync(server.pipeline.parts.artifactStore.list())).length).toBe(0);
});

test.each([
  ['a NUL', 'a%00b.sla'],
  ['a line break', 'a%0D%0ASet-Cookie%3A%20x.sla'],
  ['a way up', '..%2F..%2Fetc%2Fpasswd'],
  ['300 bytes', 'x'.repeat(300)],
  ['nothing in it', ''],
])('a file name with %s is refused', async (_, fileName) => {
  const server = await openHttpServer({ pipeline: idle });
  const response = await server.ask(`/artifacts?fileName=${fileName}`, { method: 'POST', body: 'x' });
  expect([response.status, response.headers.get('set-cookie')]).toEqual([400, null]);
  await isIdle(server);
});

test.each([
  'attachment; filename',
  ';;;=;"',
  'attachment; filename="never ends',
  "attachment; filename*=utf-8'en'%E0%A4%A",
  "attachment; filename*=koi8-r''%C0",
  'attachment; filename="../../etc/passwd"',
  'attachment; filename="a\\b.sla"',
  "attachment; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x",
])('a name that is said by %s is refused, or a name', async (disposition) => {
  const server = await openHttpServer({ pipeline: idle });
  const headers = { 'Content-Disposition': disposition };
  const response = await server.ask('/artifacts', { method: 'POST', body: 'x', headers });
  expect([400, 201]).toContain(response.status);
  if (response.status === 201) {
    const { fileName } = await response.json<{ fileName: string }>();
    expect(fileName).toMatch(/^[^/\\]+$/);
    expect(JSON.stringify(fileName)).toBe(`"${fileName}"`);
  }
  expect(response.headers.get('set-cookie')).toBeNull();
});

test('when hostile clients have gone, nothing of them is left: no connection, no part, no error of ours', async () => {
  const { lines, logger } = openPino();
  const server = await openHttpServer({
    pipeline: { ...idle, logger },
    router: { limits: { maxUploadBytes: 1_000_000, bodyIdleTimeoutMs: 300 } },
  });
  const multipart = 'Content-Type: multipart/form-data; boundary=b';
  const formHead = `--b\r\n${file('; name="f"; filename="a.sla"')}`;
  const attacks: readonly (readonly [text: string, leaves: boolean])[] = [
    [`${headOf('Content-Length: 500000')}x`, true],
    [`${headOf('Content-Length: 500000')}x`, false],
    [headOf('Content-Length: 500000\r\nExpect: 100-continue'), true],
    [`${headOf('Transfer-Encoding: chunked')}5\r\nabcde\r\n`, true],
    [`${headOf('Transfer-Encoding: chunked')}5\r\nabcdeEVIL\r\n`, false],
    [`${headOf('Transfer-Encoding: chunked')}ffffffffffffffffff\r\n`, false],
    [`${headOf(`${multipart}\r\nContent-Length: 90000`, '/artifacts')}${formHead}`, true],
    [`${headOf(`${multipart}\r\nContent-Length: 90000`, '/artifacts')}${formHead}`, false],
    [`${headOf('Content-Type: application/json\r\nContent-Length: 900', '/jobs')}{"document":`, true],
    [`${headOf('Content-Type: application/json\r\nContent-Length: 900', '/jobs')}{"document":`, false],
    ['GET /print/events HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nAccept: text/event-stream\r\n\r\n', true],
    ['GET /print/%00%ff/../..//jobs HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\nConnection: close\r\n\r\n', false],
    ['\0\0\0\0', false],
  ];
  for (let round = 0; round < 5; round += 1) {
    const connections = await Promise.all(
      attacks.map(async ([text, leaves]) => {
        const connection = await openRawConnection(server.port);
        connection.send(text);
        return { ...connection, leaves };
      }),
    );
    expect((await server.ask('/health/live')).status).toBe(200);
    for (const { socket, leaves } of connections) if (leaves) socket.destroy();
    await Promise.all(connections.map(({ closed }) => closed));
  }
  await expect.poll(() => server.ask('/health/live').then(({ status }) => status)).toBe(200);
  await isIdle(server);
  expect(await server.pipeline.parts.artifactStore.discardIncomplete({ olderThanMs: 0 })).toBe(0);
  expect(lines.filter(({ level }) => level >= 50).map(({ msg, err }) => [msg, err])).toEqual([]);
  server.server.closeIdleConnections();
  await expect.poll(() => new Promise((resolve) => server.server.getConnections((_, count) => resolve(count)))).toBe(0);
});
