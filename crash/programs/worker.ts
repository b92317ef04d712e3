// A worker of the crash test: renders, uploads, completes and sweeps until it is told to end, or killed.
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import type { Renderer } from '@pubpipe/core';
import { startWorker } from '@pubpipe/core/worker';
import { sayReady, toldToEnd } from '../../test/kit/standing.ts';
import { openParts } from '../parts/open-parts.ts';
import { readSetup, type WorkerProgram } from '../parts/process-setup.ts';
import { leaseMs } from '../parts/timing.ts';
import { trapOf } from '../steps/trap-of.ts';
import { createStubMerger } from '../work/stub-merger.ts';
import { createStubRenderer } from '../work/stub-renderer.ts';

const setup = readSetup('worker');
const trap = trapOf(setup);
const parts = await openParts(setup.parts, { trap });
const renderer = await createRenderer(setup);
// A renderer that is not warm by now, on a machine this busy, will be when the first job comes.
await renderer.warmUp().catch((error: unknown) => console.error(error));
const scratchSpace = trap.around('scratchSpace', createFsScratchSpace({ directory: setup.scratchDirectory }));
const merger = setup.renderer === 'stub' ? createStubMerger(setup) : undefined;
const sweep = { ...setup.ages, redispatchAfterMs: 2_000 };
const worker = startWorker(parts.pipeline, { renderer, merger, scratchSpace, leaseMs, sweep });
sayReady();
await toldToEnd();
await worker.close({ drainTimeoutMs: 5_000 });
await renderer.close();
await parts.close();

async function createRenderer({ renderer: kind, notesDirectory, rendererDirectory }: WorkerProgram): Promise<Renderer> {
  if (kind === 'stub') return createStubRenderer({ slots: 4, notesDirectory });
  const { createScribusRenderer } = await import('@pubpipe/scribus-runner');
  return createScribusRenderer({ slots: 1, temporaryDirectory: rendererDirectory });
}
