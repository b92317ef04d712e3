import type { PubpipeError } from '@pubpipe/core';
import { expect, it } from 'vitest';
import { documentOf, documents, threePagesWith } from '../fixtures/documents.ts';
import { ghostscriptConverts, openRendererForTest } from './open-renderer.ts';
import { withoutLandlock } from './without-landlock.ts';

it('refuses a render when as many wait for a place as may', async () => {
  const opened = await openRendererForTest({ slots: 1, limits: { waiting: 1 } });
  const controller = new AbortController();
  const first = Promise.allSettled([opened.render(documents.endless, {}, { signal: controller.signal })]);
  await ghostscriptConverts(opened.processes);
  const waits = Promise.withResolvers<void>();
  const second = opened.render(documents.sound, {}, { onProgress: () => waits.resolve() });
  await waits.promise;

  await expect
    .poll(() => opened.render(documents.sound).catch((error: unknown) => error), { timeout: 10_000 })
    .toMatchObject({ code: 'QUEUE_FULL', details: { waiting: 1 } });

  controller.abort();
  await first;
  await second;
});

it('counts those that wait for a look at their document, and lets them wait no longer than they may', async () => {
  const opened = await openRendererForTest({ slots: 1, limits: { waiting: 1, waitMs: 50 } });
  const unreadable = documents.unreadable;
  // While this is looked at, no other is.
  const large = documentOf(threePagesWith('</DOCUMENT>', `${'<PAGEOBJECT PTYPE="5"/>'.repeat(500_000)}</DOCUMENT>`));
  const looks = Promise.withResolvers<void>();
  const controller = new AbortController();
  const { signal } = controller;
  const first = Promise.allSettled([opened.render(large, {}, { signal, onProgress: () => looks.resolve() })]);
  await looks.promise;

  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => opened.render(unreadable)));

  const codes = outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as PubpipeError).code);
  expect(codes).toContain('QUEUE_FULL');
  expect(codes).toContain('RENDER_TIMEOUT');
  controller.abort();
  await first;
});

it('renders at once where nobody may wait', async () => {
  const opened = await openRendererForTest({ slots: 1, limits: { waiting: 0 } });

  await expect(opened.render(documents.sound)).resolves.toMatchObject({ result: { pageCount: 3 } });
});

it('waits no longer for a place than it may', async () => {
  const opened = await openRendererForTest({ slots: 1, limits: { waitMs: 50 } });
  const controller = new AbortController();
  const first = Promise.allSettled([opened.render(documents.endless, {}, { signal: controller.signal })]);
  await ghostscriptConverts(opened.processes);

  const timeout = { code: 'RENDER_TIMEOUT', details: { stage: 'waiting', timeoutMs: 50, of: 'stage' } };
  await expect(opened.render(documents.sound)).rejects.toMatchObject(timeout);

  controller.abort();
  await first;
});

it('opens a document no longer than it may', async () => {
  const opened = await openRendererForTest({ limits: { openMs: 1500 } });

  await expect(opened.render(documents.endless)).rejects.toMatchObject({
    code: 'RENDER_TIMEOUT',
    details: { stage: 'opening', timeoutMs: 1500, of: 'stage' },
  });
  expect(await opened.processes()).toEqual([]);
});

it('reads a document no longer than it may be opened, before it asks Scribus', async () => {
  const opened = await openRendererForTest({ limits: { openMs: 1 } });
  const long = documentOf(
    `<SCRIBUSUTF8NEW Version="1.5.8"><DOCUMENT>${'<A B="C"/>'.repeat(1_000_000)}</DOCUMENT></SCRIBUSUTF8NEW>`,
  );

  await expect(opened.render(long)).rejects.toMatchObject({
    code: 'RENDER_TIMEOUT',
    details: { stage: 'opening', timeoutMs: 1, of: 'stage' },
  });
  expect(await opened.servers()).toEqual([]);
});

it('starts Scribus no longer than it may', async () => {
  const opened = await openRendererForTest({
    mode: 'cold',
    scribus: ['sh', '-c', 'sleep 1000'],
    limits: { startMs: 100 },
  });

  await expect(opened.render(documents.sound)).rejects.toMatchObject({
    code: 'RENDER_TIMEOUT',
    details: { stage: 'starting', timeoutMs: 100, of: 'stage' },
  });
});

it.each([
  { way: 'warm', options: { mode: 'warm' } },
  { way: 'cold', options: { mode: 'cold' } },
  { way: 'under bubblewrap', options: withoutLandlock },
] as const)('has Ghostscript convert an image with the least memory that can be set, $way', async ({ options }) => {
  const opened = await openRendererForTest({ ...options, limits: { memoryBytes: 256 * 1024 ** 2 } });
  // It takes long enough for its memory to be looked at.
  const eps = `%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 60 60\n%%EndComments\n0 1 3000000 { pop } for\n0 0 60 60 rectfill showpage\n%%EOF\n`;
  const document = documentOf(threePagesWith('PFILE="red.png"', 'PFILE="a.eps"'), { 'a.eps': eps });

  await expect(opened.render(document)).resolves.toMatchObject({ result: { findings: [], pageCount: 3 } });
});

it.each([
  { limit: 'pages', limits: { pages: 2 }, facts: { pages: 2, pageCount: 3 } },
  { limit: 'outputBytes', limits: { outputBytes: 12_000 }, facts: { outputBytes: 12_000 } },
] as const)('names the limit that a render goes beyond: $limit', async ({ limit, limits, facts }) => {
  const opened = await openRendererForTest({ limits });

  await expect(opened.render(documents.sound)).rejects.toMatchObject({
    code: 'RENDER_LIMIT',
    details: { limit, ...facts },
  });
  expect(await opened.processes()).toEqual([]);
  expect(await opened.temporaryFiles()).toEqual([]);
});

it.each([
  { way: 'warm', options: { mode: 'warm' } },
  { way: 'cold', options: { mode: 'cold' } },
  { way: 'under bubblewrap', options: withoutLandlock },
] as const)('names the processor time that a render goes beyond, $way', async ({ options }) => {
  const opened = await openRendererForTest({ ...options, limits: { cpuSeconds: 1 } });
  const renditions = Array.from(
    { length: 9 },
    (_, index) => ({ kind: 'png', dpi: 1200, prefix: `${index}-` }) as const,
  );

  await expect(opened.render(documents.sound, { renditions })).rejects.toMatchObject({
    code: 'RENDER_LIMIT',
    details: { limit: 'cpuSeconds', cpuSeconds: 1, stage: 'exporting' },
  });
  expect(await opened.processes()).toEqual([]);
});
