import { createHash, randomBytes } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3ArtifactStore } from '@pubpipe/artifact-store/s3';
import { type Renderer, unlessAborted } from '@pubpipe/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startHttpFaultProxy } from '../../kit/http-fault-proxy.ts';
import { openSharedS3 } from '../../kit/shared-s3.ts';
import { createTestBucket, createTestClient } from '../../kit/test-bucket.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { ArtifactAnswer, JobAnswer } from './support/answer.ts';
import { readEvents } from './support/event-source.ts';
import { openHttpServer } from './support/open-http-server.ts';
import { submit, uploadDocument } from './support/submit.ts';

const content = '<SCRIBUSUTF8NEW Version="1.5.8"/>';
const sha256Of = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const sha256 = sha256Of(content);

const pageAndPdf = () =>
  createScriptedRenderer(async ({ deliver }) => {
    await deliver('page-0001.png', 'a page', 1);
    await deliver('document.pdf', '%PDF-1.4');
  });

/** The routes on a bucket of their own, with two that belong to customers: from one of them may be imported. */
async function openOnS3({ endpoint, renderer = pageAndPdf() }: { endpoint?: string; renderer?: Renderer } = {}) {
  const access = await openSharedS3();
  const client = createTestClient({ ...access, endpoint: endpoint ?? access.endpoint });
  const buckets = await Promise.all([1, 2, 3].map(() => createTestBucket(access)));
  const [own = '', customers = '', closed = ''] = buckets.map(({ name }) => name);
  const store = createS3ArtifactStore({ client, bucket: own, importBuckets: [customers] });
  onTestFinished(async () => {
    await store.close();
    for (const bucket of buckets) await bucket.remove();
    client.destroy();
  });
  const server = await openHttpServer({
    pipeline: { renderer, aroundArtifactStore: () => store, objectImports: store },
    router: { allowImport: ({ tenant, key }) => key.startsWith(`${tenant}/`) },
  });
  return {
    ...server,
    store,
    customers,
    closed,
    put: (Key: string, Bucket = customers, Body: string = content) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body })),
    post: (body: object) =>
      server.ask('/artifacts/imports', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ bucket: customers, sha256, ...body }),
      }),
    stored: async () => (await Array.fromAsync(store.list())).length,
  };
}

describe('an import', () => {
  test('of an object in an allowed bucket becomes an artifact that is rendered', async () => {
    const server = await openOnS3();
    await server.put('acme/orders/7/card.sla');
    const imported = await server.post({ key: 'acme/orders/7/card.sla', byteSize: content.length });
    expect(imported.status).toBe(201);
    const { id, links, ...artifact } = await imported.json<ArtifactAnswer>();
    expect(artifact).toMatchObject({ kind: 'upload', state: 'ready', fileName: 'card.sla', sha256 });
    expect(imported.headers.get('location')).toBe(links.self);
    expect(await (await server.ask(links.content)).text()).toBe(content);
    const done = await submit(server, { headers: { Prefer: 'wait=30' }, body: { document: id } });
    const { outputs } = await done.json<JobAnswer>();
    expect(await (await server.ask(outputs[0]?.artifact.links.content ?? '')).text()).toBe('%PDF-1.4');
  });

  test.each([
    'acme/a b+c%20d&e=f?g#h.sla',
    'acme/Größe «7» 紙.sla',
    `acme/'quote' "double" \`tick\`.sla`,
    'acme/../up.sla',
    'acme//double//slash.sla',
    'acme/%2e%2e%2fetc%2fpasswd.sla',
    'acme/$(touch x);{}[]^~|<>.sla',
  ])('takes the key %s for what it is', async (key) => {
    const server = await openOnS3();
    // What other readings of the key would lead to.
    const decoded = decodeURIComponent(key.replaceAll('+', ' ').replace(/%(?![0-9a-f]{2})/gi, ''));
    const resolved = new URL(encodeURI(key), 'http://x/').pathname.slice(1);
    for (const other of [decoded, resolved, key.replace(/[?#].*/, '')]) await server.put(other, server.customers, 'x');
    await server.put(key);
    const imported = await server.post({ key, fileName: 'card.sla' });
    expect([key, imported.status]).toEqual([key, 201]);
    const { links } = await imported.json<ArtifactAnswer>();
    expect(await (await server.ask(links.content)).text()).toBe(content);
  });

  test('that may not be, of what is not there, or of something else leaves nothing', async () => {
    const server = await openOnS3();
    await server.put('acme/card.sla');
    await server.put('another/card.sla');
    await server.put('acme/card.sla', server.closed);
    for (const [why, body, status, code] of [
      ['the prefix of another tenant', { key: 'another/card.sla' }, 404, 'ARTIFACT_NOT_FOUND'],
      ['a key that only looks like ours', { key: '/acme/card.sla' }, 404, 'ARTIFACT_NOT_FOUND'],
      ['a bucket that is not imported from', { key: 'acme/card.sla', bucket: server.closed }, 400, 'INVALID_INPUT'],
      ['a bucket that is a way', { key: 'acme/card.sla', bucket: `${server.customers}/../x` }, 400, 'INVALID_INPUT'],
      ['an object that is not there', { key: 'acme/none.sla' }, 404, 'ARTIFACT_NOT_FOUND'],
      ['a line break', { key: 'acme/card.sla\r\nX-Evil: yes', fileName: 'a.sla' }, 404, 'ARTIFACT_NOT_FOUND'],
      ['another digest', { key: 'acme/card.sla', sha256: '0'.repeat(64) }, 422, 'CONTENT_MISMATCH'],
      ['another length', { key: 'acme/card.sla', byteSize: 1 }, 422, 'CONTENT_MISMATCH'],
      ['a name that is a way', { key: 'acme/card.sla', fileName: '../card.sla' }, 400, 'INVALID_INPUT'],
      ['a key that has no name', { key: 'acme/..' }, 400, 'INVALID_INPUT'],
    ] as const) {
      const response = await server.post(body);
      const text = await response.text();
      expect([why, response.status, (JSON.parse(text) as { code: string }).code]).toEqual([why, status, code]);
      expect([why, /AccessDenied|NoSuch|Amz|127\.0\.0\.1/i.test(text)]).toEqual([why, false]);
    }
    expect(await server.stored()).toBe(0);
  });
});

describe('with downloads that are sent to the bucket', () => {
  async function open(fileName = 'card.pdf', bytes = randomBytes(300_000)) {
    const server = await openOnS3();
    const presigning = await openHttpServerOn(server);
    const uploaded = await presigning.ask(`/artifacts?fileName=${encodeURIComponent(fileName)}`, {
      method: 'POST',
      body: bytes,
    });
    return { ...presigning, bytes, artifact: await uploaded.json<ArtifactAnswer>() };
  }

  /** The same pipeline behind a router that redirects. */
  const openHttpServerOn = async ({ store }: Awaited<ReturnType<typeof openOnS3>>) =>
    await openHttpServer({
      pipeline: {
        renderer: createScriptedRenderer(async () => {}),
        startWorker: false,
        aroundArtifactStore: () => store,
      },
      router: { presignedDownloads: { urls: store, expiresInMs: 30_000 }, signedLinks: { secrets: ['s'.repeat(32)] } },
    });

  test('the bytes, and parts of them, come from there, by a link of ours too', async () => {
    const { ask, bytes, artifact } = await open();
    for (const [path, tenant] of [
      [artifact.links.content, 'acme'],
      [artifact.links.signed ?? '', ''],
    ] as const) {
      const redirect = await ask(path, { tenant });
      expect([redirect.status, redirect.headers.get('cache-control'), await redirect.text()]).toEqual([
        302,
        'no-store',
        '',
      ]);
      const location = redirect.headers.get('location') ?? '';
      const whole = await fetch(location);
      expect([whole.status, sha256Of(new Uint8Array(await whole.arrayBuffer()))]).toEqual([200, sha256Of(bytes)]);
      const part = await fetch(location, { headers: { Range: 'bytes=100-199' } });
      expect([part.status, sha256Of(new Uint8Array(await part.arrayBuffer()))]).toEqual([
        206,
        sha256Of(bytes.subarray(100, 200)),
      ]);
    }
  });

  test('a name stays a name, and what could run in a browser is saved there, too', async () => {
    const { ask, artifact } = await open('résumé "final"; filename=x.html');
    for (const query of ['', '?disposition=inline']) {
      const location = (await ask(`${artifact.links.content}${query}`)).headers.get('location') ?? '';
      const response = await fetch(location);
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; ?filename=".*"; ?filename\*=UTF-8''/);
      expect(response.headers.get('content-disposition')).toContain('r%C3%A9sum%C3%A9');
      await response.arrayBuffer();
    }
  });

  test('a URL that was changed, or is for another object, opens nothing', async () => {
    const { ask, artifact } = await open();
    const other = await (await ask('/artifacts?fileName=b.txt', { method: 'POST', body: 'b' })).json<ArtifactAnswer>();
    const [mine, theirs] = await Promise.all(
      [artifact, other].map(async ({ links }) => new URL((await ask(links.content)).headers.get('location') ?? '')),
    );
    if (mine === undefined || theirs === undefined) throw new Error('There is no URL.');
    const forged = [
      Object.assign(new URL(mine), { pathname: theirs.pathname }),
      new URL(mine.href.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=86400')),
      new URL(mine.href.replace(/X-Amz-Signature=..../, 'X-Amz-Signature=0000')),
    ];
    for (const url of forged) expect([url.href, (await fetch(url)).status]).toEqual([url.href, 403]);
    expect((await fetch(mine, { method: 'DELETE' })).status).toBe(403);
  });

  test('what the client has, and what is not there or not its own, is answered here', async () => {
    const { ask, artifact } = await open();
    const had = await ask(artifact.links.content, { headers: { 'If-None-Match': `"${artifact.sha256}"` } });
    expect([had.status, had.headers.get('location')]).toEqual([304, null]);
    const head = await ask(artifact.links.content, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '300000']);
    expect((await ask(artifact.links.content, { tenant: 'another' })).status).toBe(404);
    expect((await ask(artifact.links.content, { headers: { Range: 'bytes=300000-' } })).status).toBe(416);
  });
});

test('a page whose upload to the bucket is cut in its middle is seen without gap or repeat', async () => {
  const access = await openSharedS3();
  const proxy = await startHttpFaultProxy({ target: access.endpoint });
  onTestFinished(() => proxy.close());
  const mayGoOn = Promise.withResolvers<void>();
  const page = 'p'.repeat(1_000_000);
  const renderer = createScriptedRenderer(async ({ deliver, signal }) => {
    await deliver('page-0001.png', page, 1);
    await unlessAborted(mayGoOn.promise, signal);
    await deliver('document.pdf', '%PDF-1.4');
  });
  const server = await openOnS3({ endpoint: proxy.endpoint, renderer });
  const { id: document } = await uploadDocument(server);
  const cut = proxy.inject({ method: 'PUT' }, { kind: 'cut', of: 'request', afterBytes: 500_000 });
  const { links } = await (await submit(server, { body: { document } })).json<JobAnswer>();
  const first = await readEvents(server, links.events);
  await cut.tookEffect;
  await expect.poll(() => first.messages.map(({ type }) => type), { timeout: 20_000 }).toContain('preview');
  expect(await (await server.ask(links.pages.replace('{page}', '1'))).text()).toBe(page);
  first.close();
  await first.ended;
  mayGoOn.resolve();
  const second = await readEvents(server, links.events, { lastEventId: first.lastEventId() });
  expect(await second.ended).toBe(true);
  const all = [...first.messages, ...second.messages];
  expect(all.map(({ type }) => type)).toEqual(['queued', 'started', 'preview', 'completed']);
  expect(all.map(({ data }) => data.seq)).toEqual([1, 2, 3, 4]);
});
