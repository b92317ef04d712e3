import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { ghostscriptConverts, openRendererForTest } from './open-renderer.ts';
import { processesOf } from './renderer-processes.ts';

/** As on a kernel without Landlock. */
const withoutLandlock: ScribusRendererOptions = {
  scribus: ['sh', '-c', 'exec scribus "$@" without-landlock', 'sh'],
  sandbox: 'required',
};

it.each(['warm', 'cold'] as const)('renders under bubblewrap, in mode %s', async (mode) => {
  const logs: unknown[] = [];
  const logger = { debug() {}, info() {}, warn: (...a: unknown[]) => logs.push(a), error() {} };
  const opened = await openRendererForTest({ ...withoutLandlock, mode, logger });

  try {
    await opened.render(documents.sound);
  } catch (e) {
    console.dir(e, { depth: 9 });
  }
  console.dir(logs, { depth: 9 });
  const t = performance.now();
  await opened.render(documents.sound);
  console.log(performance.now() - t, await opened.processes(), await opened.servers());
});
