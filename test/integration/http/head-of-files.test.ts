import type { ArtifactStore } from '@pubpipe/core';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { expect, test } from 'vitest';
import { onePage, pdfOfObjects } from '../../../packages/scribus-runner/test/fixtures/pdf-of-objects.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { openHttpServer, type TestServer } from './support/open-http-server.ts';
import { submit } from './support/submit.ts';

const pdf = Buffer.from(pdfOfObjects(onePage())).toString('latin1');

/** A server whose jobs make a PDF, or only an image where their reference says so, or fail; with the reads of its artifact store. */
async function openServer({
  joins = true,
  maxAtOnce = 2,
}: {
  readonly joins?: boolean;
  readonly maxAtOnce?: number;
} = {}) {
  const reads: string[] = [];
  const aroundArtifactStore = (store: ArtifactStore): ArtifactStore =>
    new Proxy(store, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...parameters: unknown[]) => unknown;
        return (...parameters: unknown[]) => {
          if (name === 'get') reads.push(String(parameters[0]));
          return method.apply(target, parameters);
        };
      },
    });
  const renderer = createScriptedRenderer(async ({ request, deliver }) => {
    const { kind } = request.renditions[0] ?? {};
    if (kind === 'pdf') await deliver('document.pdf', pdf);
    else await deliver('page-0001.png', 'an image', 1);
  });
  const joining = joins ? { joiner: createPdfJoiner(), maxFiles: 2, maxAtOnce } : undefined;
  const server = await openHttpServer({ pipeline: { renderer, aroundArtifactStore, ...(joining && { joining }) } });
  return { server, reads };
}

async function run(server: TestServer, body: Readonly<Record<string, unknown>>): Promise<JobAnswer> {
  const answer = await submit(server, { headers: { Prefer: 'wait=30' }, body });
  return await answer.json<JobAnswer>();
}

const asPdf = { renditions: [{ kind: 'pdf' }] };
const asImage = { renditions: [{ kind: 'png' }] };
// What differs between any two answers, and what is known only of content that was made. The client keeps no connection after HEAD.
const ofOneAnswer = new Set([
  'date',
  'x-request-id',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
]);

/** Asks by both methods and answers what both said. */
async function askBoth(server: TestServer, path: string) {
  const [head, get] = [await server.ask(path, { method: 'HEAD' }), await server.ask(path)];
  const described = [head, get].map(({ status, headers }) => ({
    status,
    headers: Object.fromEntries([...headers].filter(([name]) => !ofOneAnswer.has(name))),
  }));
  await get.arrayBuffer();
  expect(await head.text()).toBe('');
  expect([path, described[0]]).toEqual([path, described[1]]);
  return head;
}

test('HEAD of all files says what GET would, without reading one', async () => {
  const { server, reads } = await openServer();
  const job = await run(server, { batch: 'cards', reference: 'order-7', ...asPdf });
  const content = job.links.content ?? '';
  for (const path of ['/batches/cards/content', content]) {
    for (const as of ['zip', 'pdf']) {
      const before = reads.length;
      const head = await server.ask(`${path}?as=${as}`, { method: 'HEAD' });
      expect(reads).toHaveLength(before);
      expect([head.status, head.headers.get('content-disposition')]).toEqual([
        200,
        `attachment; filename=${path === content ? 'order-7' : 'cards'}.${as}`,
      ]);
      await askBoth(server, `${path}?as=${as}`);
    }
  }
});

test('HEAD refuses what GET refuses', async () => {
  const { server } = await openServer();
  const first = await run(server, { batch: 'many', ...asPdf });
  for (let count = 0; count < 2; count += 1) await run(server, { batch: 'many', ...asPdf });
  const image = await run(server, { batch: 'images', ...asImage });
  await run(server, { batch: 'removed', ...asPdf }).then(async ({ outputs }) => {
    await server.ask(outputs[0]?.artifact.links.self ?? '', { method: 'DELETE' });
  });
  await server.stopWorkers();
  await submit(server, { body: { batch: 'waiting', ...asPdf } });

  const statuses: [string, number][] = [];
  for (const path of [
    '/batches/none/content',
    '/jobs/none/content?as=pdf',
    '/batches/many/content?as=docx',
    '/batches/many/content?as=pdf',
    `${image.links.content}?as=pdf`,
    '/batches/images/content?as=pdf',
    '/batches/removed/content?as=pdf',
    '/batches/removed/content',
    '/batches/waiting/content?as=pdf',
    '/batches/waiting/content?as=pdf&partial=true',
    '/batches/waiting/content',
    `${first.links.content}?as=pdf`,
  ]) {
    statuses.push([path.replace(/[0-9a-f-]{36}/, 'id').replace('/print', ''), (await askBoth(server, path)).status]);
  }
  expect(statuses).toEqual([
    ['/batches/none/content', 404],
    ['/jobs/none/content?as=pdf', 404],
    ['/batches/many/content?as=docx', 400],
    ['/batches/many/content?as=pdf', 413],
    ['/jobs/id/content?as=pdf', 404],
    ['/batches/images/content?as=pdf', 404],
    ['/batches/removed/content?as=pdf', 410],
    ['/batches/removed/content', 200],
    ['/batches/waiting/content?as=pdf', 409],
    ['/batches/waiting/content?as=pdf&partial=true', 404],
    ['/batches/waiting/content', 200],
    ['/jobs/id/content?as=pdf', 200],
  ]);
});

test('HEAD says that no place is free to join PDFs, and takes none', async () => {
  const { server } = await openServer({ maxAtOnce: 1 });
  const { id } = await run(server, { batch: 'cards', ...asPdf });
  const path = '/batches/cards/content?as=pdf';
  expect((await server.ask(path, { method: 'HEAD' })).status).toBe(200);
  const held = await server.pipeline.downloadJob({ id, tenant: 'acme' }, { as: 'pdf' });
  expect((await askBoth(server, path)).status).toBe(503);
  await held.body[Symbol.asyncIterator]().return?.();
  expect((await askBoth(server, path)).status).toBe(200);
});

test('HEAD refuses one PDF where the server joins none', async () => {
  const { server } = await openServer({ joins: false });
  await run(server, { batch: 'cards', ...asPdf });
  expect((await askBoth(server, '/batches/cards/content?as=pdf')).status).toBe(400);
});
