// The worker of a load test: renders, uploads, completes and sweeps until it is told to end.
import { setTimeout as wait } from 'node:timers/promises';
import { startBullMQWorker } from '@pubpipe/adapter-bullmq';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import type { Renderer } from '@pubpipe/core';
import { createScriptedRenderer } from '../../test/integration/support/scripted-renderer.ts';
import { sayReady, toldToEnd } from '../../test/kit/standing.ts';
import { openParts } from './open-parts.ts';
import { stubRenderMs, stubSlots, type WorkerSetup } from './setups.ts';

const setup = JSON.parse(process.argv[2] ?? '') as WorkerSetup;
const parts = await openParts(setup.parts);
const renderer = await openRenderer(setup);
await renderer.warmUp();
const { jobStore, artifactStore, metrics, onRedis } = parts;
const scratchSpace = createFsScratchSpace({ directory: setup.scratchDirectory });
const worker = startBullMQWorker({ ...onRedis, jobStore, artifactStore, scratchSpace, renderer, metrics });
sayReady();
await toldToEnd();
await worker.close({ drainTimeoutMs: 5_000 });
await renderer.close();
await parts.close();
// ioredis keeps a timer of 30 s for a blocking command whose connection was ended.
process.exit(0);

async function openRenderer({ renderer: kind, rendererDirectory }: WorkerSetup): Promise<Renderer> {
  if (kind === 'scribus') {
    const { createScribusRenderer } = await import('@pubpipe/scribus-runner');
    return createScribusRenderer({ temporaryDirectory: rendererDirectory });
  }
  return createScriptedRenderer(
    async ({ deliver }) => {
      await wait(stubRenderMs);
      await deliver('document.pdf', '%PDF-1.4');
    },
    { slots: stubSlots },
  );
}
