import { type JobEvent, PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { expect, test } from 'vitest';
import { openTestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer, type RenderScene } from '../support/scripted-renderer.ts';

const pdf = [{ kind: 'pdf' as const }];
const deliverPdf = ({ deliver }: RenderScene) => deliver('document.pdf', 'the whole');

test('a failure that may pass is followed by another attempt', async () => {
  const renderer = createScriptedRenderer(async (scene) => {
    if (scene.index === 0) {
      await scene.deliver('page-0001.png', 'half', 1);
      throw new PubpipeError('RENDER_TIMEOUT', 'Too slow.', { details: { stage: 'exporting' } });
    }
    await deliverPdf(scene);
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const events: JobEvent[] = [];
  const onEvent = (event: JobEvent) => events.push(event);
  const job = await pipeline.renderAndWait({ document: document.id, renditions: pdf }, { onEvent });
  expect(job).toMatchObject({ status: 'completed', attempt: 2, failures: 1, error: undefined, previews: [] });
  expect(job.outputs.map(({ name, attempt }) => [name, attempt])).toEqual([['document.pdf', 2]]);
  expect(events.map(({ type }) => type).filter((type) => type !== 'preview')).toEqual([
    'queued',
    'started',
    'retrying',
    'started',
    'completed',
  ]);
});

test("a failure that won't pass ends the job at once, with its code, message and details", async () => {
  const renderer = createScriptedRenderer(async ({ deliver }) => {
    await deliver('page-0001.png', 'half', 1);
    throw new PubpipeError('DOCUMENT_TRUNCATED', 'The document ends too early.', { details: { line: 12 } });
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const request = { document: document.id, renditions: pdf };
  await expect(pipeline.renderAndWait(request)).rejects.toMatchObject({ code: 'DOCUMENT_TRUNCATED' });
  const { jobs } = await pipeline.list();
  expect(jobs).toMatchObject([
    {
      status: 'failed',
      attempt: 1,
      error: { code: 'DOCUMENT_TRUNCATED', message: 'The document ends too early.', details: { line: 12 } },
      outputs: [],
      previews: [],
    },
  ]);
});

test('a document that crashes the renderer twice is given up as poisoned', async () => {
  const renderer = createScriptedRenderer(async () => {
    throw new PubpipeError('RENDERER_CRASHED', 'Scribus died.', { details: { signal: 'SIGSEGV' } });
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  await expect(pipeline.renderAndWait({ document: document.id, renditions: pdf })).rejects.toMatchObject({
    code: 'POISONED',
    details: { lastCode: 'RENDERER_CRASHED', signal: 'SIGSEGV' },
  });
  expect(renderer.begun).toBe(2);
});

test('an error of nobody in particular is tried again and then reported as INTERNAL', async () => {
  const renderer = createScriptedRenderer(async () => {
    throw new TypeError('x is not a function');
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const request = { document: document.id, renditions: pdf, maxAttempts: 2 };
  await expect(pipeline.renderAndWait(request)).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(renderer.begun).toBe(2);
});

test('a store that is away for a moment costs no render', async () => {
  const away = new PubpipeError('STORE_UNAVAILABLE', 'The store is away.');
  const renderer = createScriptedRenderer(deliverPdf);
  const { pipeline, uploadText } = await openTestPipeline({
    renderer,
    aroundArtifactStore: (store) =>
      failing(store, {
        // The first call is the upload of the document, the second the first try with its PDF.
        put: (call) => (call === 2 ? { when: 'before', error: away } : undefined),
      }),
  });
  const document = await uploadText('card.sla', 'x');
  const job = await pipeline.renderAndWait({ document: document.id, renditions: pdf });
  expect(job).toMatchObject({ status: 'completed', attempt: 1 });
  expect(renderer.begun).toBe(1);
});

test('an upload that fails for good ends the render under way', async () => {
  const stopped = Promise.withResolvers<unknown>();
  const renderer = createScriptedRenderer(async ({ deliver, signal }) => {
    await deliver('page-0001.png', 'first page', 1);
    signal.addEventListener('abort', () => stopped.resolve(signal.reason));
    throw await stopped.promise;
  });
  const { pipeline, uploadText } = await openTestPipeline({
    renderer,
    aroundArtifactStore: (store) =>
      failing(store, {
        put: (_, __, ___, options) =>
          options?.mediaType === 'image/png'
            ? { when: 'before', error: new PubpipeError('STORE_FULL', 'No room.') }
            : undefined,
      }),
  });
  const document = await uploadText('card.sla', 'x');
  const request = { document: document.id, renditions: [{ kind: 'png' as const }], maxAttempts: 1 };
  await expect(pipeline.renderAndWait(request)).rejects.toMatchObject({ code: 'STORE_FULL' });
  expect(await stopped.promise).toMatchObject({ code: 'STORE_FULL' });
});

test('a document whose content is gone fails the job', async () => {
  const renderer = createScriptedRenderer(deliverPdf);
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  await pipeline.parts.artifactStore.delete(document.storageKey);
  const request = { document: document.id, renditions: pdf };
  await expect(pipeline.renderAndWait(request)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  expect(renderer.begun).toBe(0);
});

test('a completion whose answer was lost is found in the row, and nothing is rendered again', async () => {
  const renderer = createScriptedRenderer(deliverPdf);
  const { pipeline, uploadText } = await openTestPipeline({
    renderer,
    aroundJobStore: (store) =>
      failing(store, {
        complete: () => ({
          when: 'after',
          error: new PubpipeError('JOB_STORE_UNAVAILABLE', 'The connection broke after COMMIT.'),
        }),
      }),
  });
  const document = await uploadText('card.sla', 'x');
  const job = await pipeline.renderAndWait({ document: document.id, renditions: pdf });
  expect(job).toMatchObject({ status: 'completed', attempt: 1, failures: 0 });
  expect(job.outputs).toHaveLength(1);
  expect(renderer.begun).toBe(1);
});

test.each([
  ['no rendition', { renditions: [] }, 'renditions'],
  ['a page number that is none', { renditions: [{ kind: 'png', pages: [0] }] }, 'renditions.0.pages.0'],
  ['a name that leads out', { documentName: '../card.sla' }, 'documentName'],
  [
    'an asset beside the directory',
    { assets: [{ name: '/etc/passwd', artifact: crypto.randomUUID() }] },
    'assets.0.name',
  ],
  ['an option that does not exist', { resolution: 300 }, ''],
])('a request with %s is refused, naming the field', async (_, change, path) => {
  const { pipeline, uploadText } = await openTestPipeline({ renderer: createScriptedRenderer(deliverPdf) });
  const document = await uploadText('card.sla', 'x');
  const request = { document: document.id, renditions: pdf, ...change } as never;
  await expect(pipeline.submit(request)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    details: { issues: [{ path }] },
  });
  expect((await pipeline.list()).jobs).toEqual([]);
});

test('a store that is away costs no attempt, and the job is done when it is back', async () => {
  const away = new PubpipeError('STORE_UNAVAILABLE', 'The store is away.');
  const { pipeline, uploadText } = await openTestPipeline({
    renderer: createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole')),
    aroundArtifactStore: (store) =>
      failing(store, { get: (call) => (call <= 5 ? { when: 'before', error: away } : undefined) }),
  });
  const document = await uploadText('card.sla', 'x');
  const job = await pipeline.renderAndWait({ document: document.id, renditions: [{ kind: 'pdf' }], maxAttempts: 1 });
  expect(job).toMatchObject({ status: 'completed', attempt: 6, failures: 0 });
  const types = (await pipeline.events(job)).map(({ type }) => type);
  expect(types.filter((type) => type === 'retrying')).toHaveLength(5);
});
