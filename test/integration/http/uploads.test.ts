import { createHash } from 'node:crypto';
import { PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { describe, expect, test } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { ArtifactAnswer } from './support/answer.ts';
import { expressVersions, openHttpServer, type TestServer } from './support/open-http-server.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };
const document = '<SCRIBUSUTF8NEW Version="1.5.8"/>';
const sha256 = (text: string, encoding: 'hex' | 'base64') => createHash('sha256').update(text).digest(encoding);
const storedIn = async ({ pipeline }: TestServer) =>
  (await Array.fromAsync(pipeline.parts.artifactStore.list())).length;

const formOf = (files: Readonly<Record<string, string>>) => {
  const form = new FormData();
  for (const [name, text] of Object.entries(files)) form.append('file', new Blob([text]), name);
  return form;
};

describe.each(expressVersions)('on %s', (_, express) => {
  test('a body becomes an artifact, whose type is looked at', async () => {
    const { ask } = await openHttpServer({ express, pipeline: idle });
    const response = await ask('/artifacts', {
      method: 'POST',
      body: document,
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': "attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.sla",
        'Content-Digest': `sha-256=:${sha256(document, 'base64')}:`,
      },
    });
    expect(response.status).toBe(201);
    const artifact = await response.json<ArtifactAnswer>();
    expect(artifact).toMatchObject({
      fileName: 'résumé.sla',
      mediaType: 'application/vnd.scribus',
      byteSize: document.length,
      sha256: sha256(document, 'hex'),
      state: 'ready',
    });
    const location = response.headers.get('location') ?? '';
    expect(location).toBe(`/print/artifacts/${artifact.id}`);
    expect(await (await ask(location)).json()).toEqual(artifact);
    expect(await (await ask(artifact.links.content)).text()).toBe(document);
  });

  test('the files of a form become artifacts', async () => {
    const { ask } = await openHttpServer({ express, pipeline: idle });
    const large = 'x'.repeat(3_000_000);
    const body = formOf({ 'card.sla': document, 'photo of a lake.png': large, 'empty.txt': '' });
    body.append('note', 'a field that is no file');
    const response = await ask('/artifacts', { method: 'POST', body });
    expect(response.status).toBe(201);
    const { artifacts } = await response.json<{ artifacts: readonly ArtifactAnswer[] }>();
    expect(artifacts).toMatchObject([
      { fileName: 'card.sla', mediaType: 'application/vnd.scribus' },
      { fileName: 'photo of a lake.png', byteSize: 3_000_000, sha256: sha256(large, 'hex') },
      { fileName: 'empty.txt', byteSize: 0 },
    ]);
  });

  test('parsers that the host has mounted before do not get in the way of an upload that they leave alone', async () => {
    const { ask } = await openHttpServer({
      express,
      pipeline: idle,
      before: (app) => app.use(express.json(), express.urlencoded({ extended: true }), express.text()),
    });
    const octets = { method: 'POST', body: document, headers: { 'Content-Type': 'application/octet-stream' } };
    expect((await ask('/artifacts?fileName=a.sla', octets)).status).toBe(201);
    expect((await ask('/artifacts', { method: 'POST', body: formOf({ 'a.sla': document }) })).status).toBe(201);
  });

  test('an upload whose body a parser has read is refused', async () => {
    const { ask, ...server } = await openHttpServer({
      express,
      pipeline: idle,
      before: (app) => app.use(express.json(), express.raw({ type: 'image/*' })),
    });
    for (const type of ['application/json', 'image/png']) {
      const init = { method: 'POST', body: '{}', headers: { 'Content-Type': type } };
      const response = await ask('/artifacts?fileName=a.json', init);
      expect([response.status, (await response.json()).code]).toEqual([500, 'BODY_ALREADY_READ']);
    }
    expect(await storedIn({ ask, ...server })).toBe(0);
  });
});

test('a body that is not what was declared is refused, and nothing is stored', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const headers = { 'Content-Digest': `sha-256=:${sha256('something else', 'base64')}:` };
  const raw = await server.ask('/artifacts?fileName=a.sla', { method: 'POST', body: document, headers });
  expect([raw.status, (await raw.json()).code]).toEqual([422, 'CONTENT_MISMATCH']);
  const form = await server.ask('/artifacts', { method: 'POST', body: formOf({ 'a.sla': document }), headers });
  expect([form.status, (await form.json()).code]).toEqual([422, 'CONTENT_MISMATCH']);
  const none = await server.ask('/artifacts?fileName=a.sla', {
    method: 'POST',
    body: document,
    headers: { 'Content-Digest': 'md5=:AAAA:' },
  });
  expect([none.status, (await none.json()).code]).toEqual([400, 'INVALID_INPUT']);
  // What the form had brought was published already: it is removed, and the sweep deletes it.
  const rows = await server.jobStore.sweep({ limit: 10, maxClaims: 20, abandonedAfterMs: 60_000, keepDeletedMs: 0 });
  expect(await storedIn(server)).toBe(rows.deletable.length);
});

test.each([
  ['a folder in its name', 'folder/a.sla'],
  ['a way up in its name', '../../etc/passwd'],
  ['a backslash in its name', 'C:\\a.sla'],
])('of a form with a file that has %s nothing is kept', async (_, name) => {
  const server = await openHttpServer({ pipeline: idle });
  const response = await server.ask('/artifacts', {
    method: 'POST',
    body: formOf({ 'good.sla': document, [name]: document, 'never.sla': document }),
  });
  expect([response.status, (await response.json()).code]).toEqual([400, 'INVALID_INPUT']);
  const { deletable } = await server.jobStore.sweep({
    limit: 10,
    maxClaims: 20,
    abandonedAfterMs: 60_000,
    keepDeletedMs: 0,
  });
  expect(deletable).toHaveLength(1);
});

test('a form fails with the error of the store, whichever file it was', async () => {
  const full = new PubpipeError('STORE_FULL', 'No room on /dev/sdb.');
  const server = await openHttpServer({
    pipeline: {
      ...idle,
      aroundArtifactStore: (store) =>
        failing(store, { put: (call) => (call === 2 ? { when: 'before', error: full } : undefined) }),
    },
  });
  const body = formOf({ 'a.sla': document, 'b.png': 'y'.repeat(5_000_000), 'c.png': 'z' });
  const response = await server.ask('/artifacts', { method: 'POST', body });
  const text = await response.text();
  expect(response.status).toBe(507);
  expect(JSON.parse(text)).toMatchObject({ code: 'STORE_FULL' });
  expect(text).not.toContain('sdb');
});

test.each([
  ['no name', '/artifacts', {}],
  ['a packed body', '/artifacts?fileName=a.sla', { 'Content-Encoding': 'gzip' }],
  ['a query that nobody knows', '/artifacts?fileName=a.sla&x=1', {}],
  ['a query given twice', '/artifacts?fileName=a.sla&fileName=b.sla', {}],
])('an upload with %s is refused', async (_, path, headers) => {
  const { ask } = await openHttpServer({ pipeline: idle });
  const response = await ask(path, { method: 'POST', body: document, headers });
  expect([400, 415]).toContain(response.status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
});

test('a tenant sees its own artifacts only, and others are as absent as those that never were', async () => {
  const { ask } = await openHttpServer({ pipeline: idle });
  const mine = await (
    await ask('/artifacts?fileName=a.sla', { method: 'POST', body: document })
  ).json<ArtifactAnswer>();
  for (const path of [mine.links.self, mine.links.content]) {
    const response = await ask(path, { tenant: 'another' });
    const never = await ask(path.replace(mine.id, '01900000-0000-7000-8000-000000000000'), { tenant: 'another' });
    expect([response.status, never.status]).toEqual([404, 404]);
    const [one, other] = [await response.json(), await never.json()];
    expect(one.code).toBe(other.code);
    expect((await ask(path, { tenant: '' })).status).toBe(401);
  }
  expect((await ask(mine.links.self, { method: 'DELETE', tenant: 'another' })).status).toBe(204);
  expect((await ask(mine.links.self)).status).toBe(200);
});

test('an artifact is deleted once and for all, but not while a job needs it', async () => {
  const { ask, pipeline } = await openHttpServer({ pipeline: idle });
  const { id, links } = await (
    await ask('/artifacts?fileName=a.sla', { method: 'POST', body: document })
  ).json<ArtifactAnswer>();
  const { job } = await pipeline.submit({ tenant: 'acme', document: id, renditions: [{ kind: 'pdf' }] });
  const refused = await ask(links.self, { method: 'DELETE' });
  expect([refused.status, await refused.json()]).toEqual([
    409,
    expect.objectContaining({ code: 'ARTIFACT_IN_USE', details: { artifactId: id, jobId: job.id } }),
  ]);
  await pipeline.cancel(job);
  expect((await ask(links.self, { method: 'DELETE' })).status).toBe(204);
  expect((await ask(links.self, { method: 'DELETE' })).status).toBe(204);
  expect((await ask(links.self)).status).toBe(410);
  expect((await ask('/artifacts/no-id', { method: 'DELETE' })).status).toBe(404);
});

test('a client that goes away in the middle of its upload leaves nothing, and the server goes on', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const leaving = new AbortController();
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(new Uint8Array(65_536));
      if (await begun) leaving.abort();
    },
  });
  const begun = new Promise<boolean>((resolve) => setImmediate(resolve, true));
  const upload = server.ask('/artifacts?fileName=a.sla', {
    method: 'POST',
    body,
    duplex: 'half',
    signal: leaving.signal,
  });
  await expect(upload).rejects.toThrow();
  await expect.poll(() => storedIn(server)).toBe(0);
  expect((await server.ask('/health/live')).status).toBe(200);
});

test('middleware that takes the body and keeps nothing of it is told so', async () => {
  const { ask } = await openHttpServer({
    pipeline: idle,
    before: (app) =>
      app.use((request, _response, next) => {
        request.on('end', () => next()).resume();
      }),
  });
  const response = await ask('/artifacts?fileName=a.sla', { method: 'POST', body: document });
  expect([response.status, (await response.json()).code]).toEqual([500, 'BODY_ALREADY_READ']);
});
