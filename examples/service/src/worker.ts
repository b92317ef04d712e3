// The process that renders: `node src/worker.ts`. Any number of them may run, on any number of machines.
import { mkdir } from 'node:fs/promises';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { startWorker } from '@pubpipe/core/worker';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { createScribusMerger } from '@pubpipe/scribus-runner/merge';
import { openPipeline } from './parts/open-pipeline.ts';
import { openRenderer } from './parts/open-renderer.ts';
import { runProcess } from './process/run-process.ts';
import { workerSettings } from './settings/worker-settings.ts';

const dayMs = 86_400_000;

await runProcess('worker', workerSettings, async ({ settings, logger, closing }) => {
  await mkdir(settings.SCRATCH_DIRECTORY, { recursive: true });
  const { pipeline, metrics } = await openPipeline({ settings, logger, closing });
  const renderer = await openRenderer({ settings, metrics, logger, closing });
  const keptMs = settings.RETENTION_DAYS * dayMs;
  const worker = startWorker(pipeline, {
    renderer,
    merger: createScribusMerger(renderer),
    pdfJoiner: createPdfJoiner(),
    scratchSpace: createFsScratchSpace({ directory: settings.SCRATCH_DIRECTORY }),
    sweep: { retention: { completed: keptMs, failed: keptMs, cancelled: keptMs } },
  });
  closing.defer(() => worker.close({ drainTimeoutMs: settings.DRAIN_MS }));
  logger.info({ slots: renderer.slots }, 'rendering');
});
