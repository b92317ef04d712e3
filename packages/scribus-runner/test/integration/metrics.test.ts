import process from 'node:process';
import type { RendererMetrics } from '@pubpipe/core';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { expect, it, vi } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

async function openMeasured(options: ScribusRendererOptions = {}) {
  const restarts: string[] = [];
  const places: unknown[] = [];
  const metrics: RendererMetrics = {
    rendererRestarted: ({ reason }) => restarts.push(reason),
    rendererWorkers: (states) => places.push(states),
  };
  return { opened: await openRendererForTest({ metrics, ...options }), restarts, places };
}

it('counts a restart when the warm process has died', async () => {
  const { opened, restarts } = await openMeasured();
  await opened.render(documents.sound);
  expect(restarts).toEqual([]);
  const [server] = await opened.servers();

  process.kill(server as number, 'SIGKILL');
  // A job that was given to it before its death was noticed fails, as the port says; the next is served.
  await vi.waitFor(() => opened.render(documents.sound), { timeout: 20_000 });

  expect(restarts).toEqual(['crashed']);
});

it('counts a restart when the warm process has served long enough', async () => {
  const { opened, restarts } = await openMeasured({ renewal: { maxJobs: 1 } });
  await opened.render(documents.sound);

  await opened.render(documents.sound);

  await vi.waitFor(() => expect(restarts).toEqual(['jobs']), { timeout: 20_000 });
});

it.each(['warm', 'cold'] as const)('tells what its places are doing, in mode %s', async (mode) => {
  const { opened, places } = await openMeasured({ mode, slots: 2 });

  await opened.render(documents.sound);
  await Promise.allSettled([opened.render(documents.crashing)]);
  await opened.renderer.close();

  const idle = { idle: 2, starting: 0, busy: 0 };
  const render = [{ idle: 1, starting: 1, busy: 0 }, { idle: 1, starting: 0, busy: 1 }, idle];
  expect(places).toEqual([idle, ...render, ...render, { idle: 0, starting: 0, busy: 0 }]);
});
