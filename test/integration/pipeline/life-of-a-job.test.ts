import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEvent, Metrics } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { expect, test } from 'vitest';
import { openTestPipeline, readText } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

test('a document with assets goes in, and its renditions come out', async () => {
  const seen: Record<string, string> = {};
  const renderer = createScriptedRenderer(async ({ request, deliver }) => {
    for (const name of await readdir(request.inputDirectory, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) seen[name.name] = await readFile(join(name.parentPath, name.name), 'utf8');
    }
    await deliver('page-0001.png', 'first page', 1);
    await deliver('page-0002.png', 'second page', 2);
    await deliver('document.pdf', 'the whole');
  });
  const { pipeline, uploadText, stopWorkers, scratchLeftovers } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', '<SCRIBUSUTF8NEW/>');
  const logo = await uploadText('logo.svg', '<svg/>');

  const job = await pipeline.renderAndWait({
    document: document.id,
    assets: [{ name: 'images/logo.svg', artifact: logo.id }],
    renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 72 }],
    reference: 'order 7',
  });

  expect(seen).toEqual({ 'card.sla': '<SCRIBUSUTF8NEW/>', 'logo.svg': '<svg/>' });
  expect(job).toMatchObject({ status: 'completed', attempt: 1, failures: 0, reference: 'order 7', previews: [] });
  expect(job.assets.map(({ name }) => name)).toEqual(['images/logo.svg']);
  const texts = await Promise.all(
    job.outputs.map(async ({ name, page, artifact }) => [
      name,
      page,
      await readText((await pipeline.download(artifact)).body),
    ]),
  );
  expect(new Set(texts)).toEqual(
    new Set([
      ['document.pdf', undefined, 'the whole'],
      ['page-0001.png', 1, 'first page'],
      ['page-0002.png', 2, 'second page'],
    ]),
  );
  await stopWorkers();
  expect(await scratchLeftovers()).toEqual([]);
});

test('a page can be seen while its attempt goes on', async () => {
  const goOn = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async ({ deliver }) => {
    await deliver('page-0001.png', 'first page', 1);
    await goOn.promise;
    await deliver('document.pdf', 'the whole');
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const { job } = await pipeline.submit({ document: document.id, renditions: [{ kind: 'pdf' }, { kind: 'png' }] });
  const events: JobEvent[] = [];
  for await (const event of pipeline.follow(job)) {
    events.push(event);
    if (event.type !== 'preview') continue;
    const { previews, outputs, status } = await pipeline.get(job);
    expect({ status, outputs }).toEqual({ status: 'running', outputs: [] });
    expect(
      await Promise.all(previews.map(async ({ artifact }) => readText((await pipeline.download(artifact)).body))),
    ).toEqual(['first page']);
    goOn.resolve();
  }
  expect(events.map(({ type }) => type)).toEqual(['queued', 'started', 'preview', 'completed']);
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test('progress becomes events, the latest one where they come too fast', async () => {
  const renderer = createScriptedRenderer(async ({ report, deliver }) => {
    report({ stage: 'starting' });
    for (let pagesDone = 0; pagesDone <= 200; pagesDone++) report({ stage: 'exporting', pageCount: 200, pagesDone });
    await deliver('document.pdf', 'the whole');
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');
  const events: JobEvent[] = [];
  await pipeline.renderAndWait(
    { document: document.id, renditions: [{ kind: 'pdf' }] },
    { onEvent: (event) => events.push(event) },
  );
  const progress = events.filter(({ type }) => type === 'progress').map(({ data }) => data);
  expect(progress).toEqual([{ stage: 'starting' }, { stage: 'exporting', pageCount: 200, pagesDone: 200 }]);
  expect(events.at(-1)?.type).toBe('completed');
});

test('the next job renders while the files of the last one are uploaded', async () => {
  const secondStarted = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async ({ index, deliver }) => {
    if (index === 1) secondStarted.resolve();
    await deliver('document.pdf', `number ${index}`);
  });
  const { pipeline, uploadText } = await openTestPipeline({
    renderer,
    aroundArtifactStore: (store) =>
      failing(store, {
        // The first rendition is stored only once the second render has begun: without overlap this never ends.
        async put(call) {
          if (call === 2) await secondStarted.promise;
          return undefined;
        },
      }),
  });
  const document = await uploadText('card.sla', 'x');
  const request = { document: document.id, renditions: [{ kind: 'pdf' as const }] };
  const jobs = await Promise.all([pipeline.renderAndWait(request), pipeline.renderAndWait(request)]);
  expect(jobs.map(({ status }) => status)).toEqual(['completed', 'completed']);
  expect(renderer.mostAtOnce).toBe(1);
});

test('what happens is measured', async () => {
  const measured: [string, unknown][] = [];
  const metrics: Metrics = {
    attemptEnded: ({ type, outcome }) => measured.push(['attempt', { type, outcome }]),
    jobEnded: ({ type, outcome }) => measured.push(['job', { type, outcome }]),
    queueWaited: ({ type }) => measured.push(['wait', type]),
    stageEnded: ({ stage }) => measured.push(['stage', stage]),
    artifactBytes: ({ direction, bytes }) => measured.push([direction, bytes]),
  };
  const renderer = createScriptedRenderer(async ({ deliver }) => deliver('document.pdf', 'the whole'));
  const { pipeline, uploadText, stopWorkers } = await openTestPipeline({ renderer, metrics });
  const document = await uploadText('card.sla', 'four');
  await pipeline.renderAndWait({ document: document.id, renditions: [{ kind: 'pdf' }] });
  await stopWorkers();
  // The stages are known while the upload still goes on: their order says nothing.
  expect(new Set(measured)).toEqual(
    new Set([
      ['in', 4],
      ['wait', 'render'],
      ['out', 4],
      ['in', 9],
      ['stage', 'exporting'],
      ['attempt', { type: 'render', outcome: 'completed' }],
      ['job', { type: 'render', outcome: 'completed' }],
    ]),
  );
});
