import { once } from 'node:events';
import { type ArtifactStore, PubpipeError } from '@pubpipe/core';
import { describe, expect, test } from 'vitest';
import { readZip } from '../support/read-zip.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { Answer, BatchAnswer, JobAnswer } from './support/answer.ts';
import { expressVersions, openHttpServer, type TestServer } from './support/open-http-server.ts';
import { openRawConnection } from './support/raw-exchange.ts';
import { submit } from './support/submit.ts';

const batch = 'Karten für Mai/2026 #1 ☂';
const path = `/batches/${encodeURIComponent(batch)}`;
const signedLinks = { secrets: ['a secret of at least thirty-two bytes'] } as const;

/** Submits jobs of the batch and waits for their ends. */
async function runSome(server: TestServer, count: number, body: object = {}): Promise<readonly JobAnswer[]> {
  const jobs = [];
  for (let index = 0; index < count; index += 1) {
    const answer = await submit(server, { headers: { Prefer: 'wait=30' }, body: { batch, ...body } });
    jobs.push(await answer.json<JobAnswer>());
  }
  return jobs;
}

const namesIn = async (answer: Answer): Promise<readonly string[]> => {
  if (answer.body === null) throw new Error('There is no body.');
  return (await readZip(answer.body)).map(({ name }) => name);
};

describe.each(expressVersions)('on %s', (_, express) => {
  test('a batch is read, downloaded and cancelled by its name, whatever is in it', async () => {
    const server = await openHttpServer({ express });
    const [job] = await runSome(server, 2, { reference: 'order' });
    expect(job?.links.batch).toBe(`/print${path}`);
    const view = await (await server.ask(path)).json<BatchAnswer>();
    expect(view).toMatchObject({
      id: batch,
      total: 2,
      counts: { queued: 0, running: 0, completed: 2, failed: 0, cancelled: 0 },
      errors: {},
      finishedAt: expect.any(String),
    });
    expect(view.links).toEqual({
      self: `/print${path}`,
      jobs: `/print/jobs?batch=${encodeURIComponent(batch)}`,
      content: `/print${path}/content`,
    });
    const listed = await (await server.ask(view.links.jobs)).json<{ jobs: readonly object[] }>();
    expect(listed.jobs).toHaveLength(2);

    const zip = await server.ask(view.links.content);
    expect([zip.status, zip.headers.get('content-type')]).toEqual([200, 'application/zip']);
    expect(zip.headers.get('content-disposition')).toContain(
      "filename*=UTF-8''Karten%20f%C3%BCr%20Mai_2026%20%231%20%E2%98%82.zip",
    );
    const folders = ['order', 'order-2'];
    expect(await namesIn(zip)).toEqual([
      ...folders.flatMap((folder) => [`${folder}/document.pdf`, `${folder}/page-0001.png`]),
      'manifest.json',
    ]);
    expect(await namesIn(await server.ask(job?.links.content ?? ''))).toEqual([
      'document.pdf',
      'page-0001.png',
      'manifest.json',
    ]);
    const cancelled = await server.ask(`${path}/cancel`, { method: 'POST' });
    expect(await cancelled.json<object>()).toMatchObject({ cancelled: 0, batch: { id: batch, total: 2 } });
  });
});

test('cancelling a batch ends its jobs', async () => {
  const server = await openHttpServer({ pipeline: { startWorker: false } });
  for (let index = 0; index < 3; index += 1) await submit(server, { body: { batch } });
  const { links } = await (await server.ask(path)).json<BatchAnswer>();
  const answer = await server.ask(links.cancel, { method: 'POST' });
  const { cancelled, batch: view } = await answer.json<{ cancelled: number; batch: BatchAnswer }>();
  expect([cancelled, view.counts['cancelled'], view.links.cancel]).toEqual([3, 3, undefined]);
});

test("another tenant's batch of the same name is another batch, and without jobs it is not there", async () => {
  const server = await openHttpServer();
  await runSome(server, 1);
  await submit(server, { tenant: 'another', body: { batch } });
  expect(await (await server.ask(path, { tenant: 'another' })).json<BatchAnswer>()).toMatchObject({ total: 1 });
  const third = { tenant: 'third' };
  for (const [method, at] of [
    ['GET', path],
    ['POST', `${path}/cancel`],
    ['GET', `${path}/content`],
    ['GET', `${path}/content?as=pdf&partial=true`],
  ] as const) {
    const answer = await server.ask(at, { ...third, method });
    const code = at.includes('pdf') ? 'INVALID_INPUT' : 'BATCH_NOT_FOUND';
    expect([at, (await answer.json()).code]).toEqual([at, code]);
  }
  for (const name of ['%', '%ff', '%00', 'x'.repeat(201), '%0a', '%E0%A4']) {
    const answer = await server.ask(`/batches/${name}`);
    expect([name, answer.status, (await answer.json()).code]).toEqual([name, 404, 'BATCH_NOT_FOUND']);
  }
  expect((await server.ask(path, { tenant: '' })).status).toBe(401);
});

test('a signed link opens the files of the batch, or the job, that it is for, and nothing else', async () => {
  const server = await openHttpServer({ router: { signedLinks } });
  const [job, other] = await runSome(server, 2);
  const { links } = await (await server.ask(path)).json<BatchAnswer>();
  const anonymous = { tenant: '' };
  expect(await namesIn(await server.ask(links.signed, anonymous))).toHaveLength(5);
  expect(await namesIn(await server.ask(job?.links.signed ?? '', anonymous))).toHaveLength(3);
  const queryOf = (link: string): string => link.slice(link.indexOf('?'));
  for (const wrong of [
    `/batches/other/content${queryOf(links.signed)}`,
    `/batches/${job?.id}/content${queryOf(job?.links.signed ?? '')}`,
    `${other?.links.content}${queryOf(job?.links.signed ?? '')}`,
    `${job?.outputs[0]?.artifact.links.content}${queryOf(job?.links.signed ?? '')}`,
    links.signed.replace('tenant=acme', 'tenant=another'),
  ]) {
    const answer = await server.ask(wrong, anonymous);
    expect([wrong, answer.status, (await answer.json()).code]).toEqual([wrong, 403, 'LINK_INVALID']);
  }
  expect((await server.ask(`${path}/content`, anonymous)).status).toBe(401);
});

/** A store whose reads are what the test says, once the files are there. */
function failingReads(read: ArtifactStore['get']) {
  const state = { isOn: false };
  const around = (store: ArtifactStore): ArtifactStore =>
    new Proxy(store, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        return name === 'get' && state.isOn ? read : method.bind(target);
      },
    });
  return { state, around };
}

test('a store that fails in the middle breaks the connection: no client takes a part for the whole', async () => {
  let reads = 0;
  const { state, around } = failingReads(async () => {
    reads += 1;
    if (reads > 3) throw new PubpipeError('STORE_UNAVAILABLE', 'It is away.');
    const bytes = Buffer.alloc(300_000);
    return {
      byteSize: bytes.length,
      contentLength: bytes.length,
      body: (async function* () {
        yield bytes;
      })(),
    };
  });
  const renderer = createScriptedRenderer(async ({ deliver }) => await deliver('document.pdf', 'x'.repeat(300_000)));
  const server = await openHttpServer({ pipeline: { renderer, aroundArtifactStore: around } });
  await runSome(server, 5);
  state.isOn = true;
  const answer = await server.ask(`${path}/content`);
  expect(answer.status).toBe(200);
  await expect(answer.arrayBuffer()).rejects.toThrow();
});

test('reading ends when the client is gone', async () => {
  const left = Promise.withResolvers<string>();
  const { state, around } = failingReads(async () => ({
    byteSize: 2 ** 40,
    contentLength: 2 ** 40,
    body: (async function* () {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        left.resolve('left');
      }
    })(),
  }));
  const renderer = createScriptedRenderer(async ({ deliver }) => await deliver('document.pdf', 'x'.repeat(300_000)));
  const server = await openHttpServer({ pipeline: { renderer, aroundArtifactStore: around } });
  await runSome(server, 1);
  state.isOn = true;
  const client = await openRawConnection(server.port);
  client.send(`GET /print${path}/content HTTP/1.1\r\nHost: a\r\nX-Tenant: acme\r\n\r\n`);
  await once(client.socket, 'data');
  client.socket.destroy();
  expect(await left.promise).toBe('left');
});
