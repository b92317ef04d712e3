import { createHash, randomBytes } from 'node:crypto';
import { PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { describe, expect, test } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { ArtifactAnswer } from './support/answer.ts';
import {
  expressVersions,
  openHttpServer,
  type TestServer,
  type TestServerOptions,
} from './support/open-http-server.ts';
import { openRawConnection } from './support/raw-exchange.ts';
import { withMethods } from './support/with-methods.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };
const secret = randomBytes(32).toString('hex');

async function openWith(
  content: string | Uint8Array<ArrayBuffer>,
  options: TestServerOptions & { fileName?: string } = {},
) {
  const server = await openHttpServer({ pipeline: idle, ...options });
  const { fileName = 'text.txt' } = options;
  const stored = await server.ask(`/artifacts?fileName=${encodeURIComponent(fileName)}`, {
    method: 'POST',
    body: content,
  });
  return { ...server, artifact: await stored.json<ArtifactAnswer>() };
}

const text = 'abcdefghij';

describe.each(expressVersions)('on %s', (_, express) => {
  test.each([
    ['bytes=0-3', 206, 'abcd', 'bytes 0-3/10'],
    ['bytes=7-', 206, 'hij', 'bytes 7-9/10'],
    ['bytes=-2', 206, 'ij', 'bytes 8-9/10'],
    ['bytes=-99', 206, text, 'bytes 0-9/10'],
    ['bytes=4-4', 206, 'e', 'bytes 4-4/10'],
    ['bytes=5-99999999999999999999', 206, 'fghij', 'bytes 5-9/10'],
    ['bytes=0-1,4-5', 200, text, null],
    ['bytes=5-2', 200, text, null],
    ['items=0-1', 200, text, null],
    ['bytes=a-b', 200, text, null],
    ['bytes=-', 200, text, null],
  ])('%s is answered with %i', async (range, status, expected, contentRange) => {
    const { ask, artifact } = await openWith(text, { express });
    const response = await ask(artifact.links.content, { headers: { Range: range } });
    expect([response.status, await response.text()]).toEqual([status, expected]);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(expected.length));
  });

  test('a range that begins past the end is refused with the length', async () => {
    const { ask, artifact } = await openWith(text, { express });
    for (const range of ['bytes=10-', 'bytes=99-100', 'bytes=-0']) {
      const response = await ask(artifact.links.content, { headers: { Range: range } });
      expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */10']);
      expect((await response.json()).code).toBe('RANGE_NOT_SATISFIABLE');
    }
  });

  test('headers say what it is, to HEAD as well', async () => {
    const { ask, artifact } = await openWith(text, { express });
    const whole = await ask(artifact.links.content);
    const head = await ask(artifact.links.content, { method: 'HEAD', headers: { Range: 'bytes=0-1' } });
    expect([whole.status, head.status, await head.text()]).toEqual([200, 200, '']);
    const wanted = {
      'content-length': '10',
      'content-disposition': 'attachment; filename=text.txt',
      etag: `"${artifact.sha256}"`,
      'repr-digest': `sha-256=:${createHash('sha256').update(text).digest('base64')}:`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-cache, no-transform',
    };
    for (const response of [whole, head]) {
      expect(Object.fromEntries(response.headers)).toMatchObject(wanted);
    }
  });
});

test('what the client has is not sent again, and a range of something else is the whole', async () => {
  const { ask, artifact } = await openWith(text);
  const tag = `"${artifact.sha256}"`;
  for (const header of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
    const response = await ask(artifact.links.content, { headers: { 'If-None-Match': header } });
    expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([304, '', tag]);
  }
  expect((await ask(artifact.links.content, { headers: { 'If-None-Match': '"x"' } })).status).toBe(200);
  for (const [header, status] of [
    [tag, 206],
    ['"x"', 200],
    [`W/${tag}`, 200],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 200],
  ] as const) {
    const response = await ask(artifact.links.content, { headers: { Range: 'bytes=0-1', 'If-Range': header } });
    expect([header, response.status]).toEqual([header, status]);
  }
});

test('an empty file is downloaded, and has no range', async () => {
  const { ask, artifact } = await openWith('');
  const response = await ask(artifact.links.content);
  expect([response.status, await response.text()]).toEqual([200, '']);
  expect((await ask(artifact.links.content, { headers: { Range: 'bytes=0-' } })).status).toBe(416);
});

test.each([
  [
    'résumé "final"; x=y.pdf',
    'attachment; filename="r?sum? \\"final\\"; x=y.pdf"; filename*=UTF-8\'\'r%C3%A9sum%C3%A9%20%22final%22%3B%20x%3Dy.pdf',
  ],
  [
    '%0d%0aSet-Cookie:x.txt',
    'attachment; filename="%0d%0aSet-Cookie:x.txt"; filename*=UTF-8\'\'%250d%250aSet-Cookie%3Ax.txt',
  ],
])('the name %s is written so that nothing else can be read into it', async (fileName, expected) => {
  const { ask, artifact } = await openWith(text, { fileName });
  const response = await ask(artifact.links.content);
  expect(response.headers.get('content-disposition')).toBe(expected);
  expect(response.headers.get('set-cookie')).toBeNull();
});

test('what could run in a browser is saved, whatever is asked for', async () => {
  const { ask, artifact } = await openWith('<!DOCTYPE html><script>alert(1)</script>', { fileName: 'page.html' });
  const html = await ask(`${artifact.links.content}?disposition=inline`);
  expect(html.headers.get('content-disposition')).toMatch(/^attachment;/);
  const png = await openWith(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), { fileName: 'a.png' });
  const image = await png.ask(`${png.artifact.links.content}?disposition=inline`);
  expect([image.headers.get('content-type'), image.headers.get('content-disposition')]).toEqual([
    'image/png',
    'inline; filename=a.png',
  ]);
});

describe('a signed link', () => {
  const open = (signedLinks = { secrets: [secret] as [string] }) => openWith(text, { router: { signedLinks } });
  const get = async ({ ask }: TestServer, link: string) => {
    const response = await ask(link, { tenant: '' });
    return [response.status, response.status < 300 ? await response.text() : (await response.json()).code];
  };

  test('works without a key, with ranges', async () => {
    const { artifact, ...server } = await open();
    const signed = artifact.links.signed ?? '';
    expect(await get(server, signed)).toEqual([200, text]);
    expect(await get(server, `${signed}&disposition=inline`)).toEqual([200, text]);
    const part = await server.ask(signed, { tenant: '', headers: { Range: 'bytes=1-2' } });
    expect([part.status, await part.text()]).toEqual([206, 'bc']);
    expect(await get(server, artifact.links.content)).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('that was changed does not', async () => {
    const { artifact, ...server } = await open();
    const signed = artifact.links.signed ?? '';
    const other = await (
      await server.ask('/artifacts?fileName=b.txt', { method: 'POST', body: 'other' })
    ).json<ArtifactAnswer>();
    for (const forged of [
      signed.replace('tenant=acme', 'tenant=other'),
      signed.replace(/expires=\d+/, 'expires=9999999999'),
      signed.replace(/signature=.{4}/, 'signature=AAAA'),
      signed.replace(/signature=[^&]+/, 'signature='),
      signed.replace(artifact.id, other.id),
    ]) {
      expect(await get(server, forged)).toEqual([403, 'LINK_INVALID']);
    }
    expect(await get(server, signed.replace(/expires=\d+&/, ''))).toEqual([400, 'INVALID_INPUT']);
    expect(await get(server, signed.replace('tenant=acme', 'tenant=acme&tenant=acme'))).toEqual([400, 'INVALID_INPUT']);
  });

  test('opens nothing but the content', async () => {
    const { artifact, ...server } = await open();
    const signed = (artifact.links.signed ?? '').replace('/content', '');
    expect(await get(server, signed)).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('ends, and so does one whose secret is not in use any more', async () => {
    const now = Date.now();
    const clock = { now: () => now, monotonicNow: () => 0 };
    const signer = { now };
    const { artifact, ...server } = await openWith(text, {
      router: { signedLinks: { secrets: [secret], expiresInMs: 1_000 } },
      pipeline: { ...idle, clock: { ...clock, now: () => signer.now } },
    });
    const signed = artifact.links.signed ?? '';
    expect(await get(server, signed)).toEqual([200, text]);
    signer.now += 2_001;
    expect(await get(server, signed)).toEqual([410, 'LINK_EXPIRED']);
    const later = await openHttpServer({ router: { signedLinks: { secrets: ['n'.repeat(32), secret] } } });
    expect(await get(later, signed)).not.toEqual([403, 'LINK_INVALID']);
    const renewed = await openHttpServer({ router: { signedLinks: { secrets: ['n'.repeat(32)] } } });
    expect(await get(renewed, signed)).toEqual([403, 'LINK_INVALID']);
  });

  test('needs a secret that is worth the name', async () => {
    await expect(openHttpServer({ router: { signedLinks: { secrets: ['short'] } } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

test('a download is sent to the artifact store where it can be', async () => {
  const { ask, artifact } = await openWith(text, {
    router: {
      presignedDownloads: {
        urls: {
          presignGet: async (key, { expiresInMs, fileName }) => `https://s3.example/${key}?${expiresInMs}&${fileName}`,
        },
      },
    },
  });
  const response = await ask(artifact.links.content);
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toMatch(/^https:\/\/s3\.example\/artifacts\/.*\?60000&text\.txt$/);
  const had = await ask(artifact.links.content, { headers: { 'If-None-Match': `"${artifact.sha256}"` } });
  expect(had.status).toBe(304);
});

test('a store that is away is a problem, not half a file', async () => {
  const away = new PubpipeError('STORE_UNAVAILABLE', 'Bucket b-17 on host h-9 is away.');
  const { ask, artifact } = await openWith(text, {
    pipeline: {
      ...idle,
      aroundArtifactStore: (store) => failing(store, { get: () => ({ when: 'before', error: away }) }),
    },
  });
  const response = await ask(artifact.links.content);
  expect([response.status, response.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
  expect(response.headers.get('retry-after')).toBe('2');
  expect(await response.text()).not.toMatch(/b-17|h-9/);
});

test('content that fails in the middle ends the connection, and no error is in it', async () => {
  const { port, artifact } = await openWith('x'.repeat(1_000_000), {
    pipeline: {
      ...idle,
      aroundArtifactStore: (store) =>
        withMethods(store, {
          async get(...args: Parameters<typeof store.get>) {
            const content = await store.get(...args);
            async function* cut() {
              for await (const chunk of content.body) {
                yield chunk;
                throw new PubpipeError('STORE_UNAVAILABLE', 'Away.');
              }
            }
            return { ...content, body: cut() };
          },
        }),
    },
  });
  const connection = await openRawConnection(port);
  connection.send(`GET ${artifact.links.content} HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\n\r\n`);
  await connection.closed;
  const [head = '', body = ''] = connection.text().split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(body.length).toBeLessThan(1_000_000);
  expect(body).toMatch(/^x+$/);
});

test('a reader that leaves, and one that takes nothing, release the file', async () => {
  let open = 0;
  const { port, artifact } = await openWith(randomBytes(20_000_000), {
    router: { stallTimeoutMs: 2_000 },
    pipeline: {
      ...idle,
      aroundArtifactStore: (store) =>
        withMethods(store, {
          async get(...args: Parameters<typeof store.get>) {
            const content = await store.get(...args);
            async function* counted() {
              open += 1;
              try {
                yield* content.body;
              } finally {
                open -= 1;
              }
            }
            return { ...content, body: counted() };
          },
        }),
    },
  });
  const request = `GET ${artifact.links.content} HTTP/1.1\r\nHost: x\r\nX-Tenant: acme\r\n\r\n`;
  const leaving = await openRawConnection(port);
  // One that reads might have it all before it is seen.
  leaving.socket.pause();
  leaving.send(request);
  await expect.poll(() => open, { interval: 10 }).toBe(1);
  leaving.socket.destroy();
  await expect.poll(() => open).toBe(0);

  const stalling = await openRawConnection(port);
  stalling.socket.pause();
  stalling.send(request);
  await expect.poll(() => open).toBe(1);
  await expect.poll(() => open, { timeout: 10_000 }).toBe(0);
});
