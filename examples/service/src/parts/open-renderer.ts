import type { Renderer } from '@pubpipe/core';
import type { PrometheusMetrics } from '@pubpipe/core/prometheus';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import type { Logger } from 'pino';
import type { WorkerSettings } from '../settings/worker-settings.ts';

/**
 * Starts Scribus, in a sandbox that is complete: documents are those of strangers. Where Scribus is missing, or the
 * system can't do all that the sandbox needs, this rejects with `RENDERER_UNAVAILABLE`, whose message says what is missing.
 */
export async function openRenderer(options: {
  readonly settings: WorkerSettings;
  readonly metrics: PrometheusMetrics;
  readonly logger: Logger;
  readonly closing: AsyncDisposableStack;
}): Promise<Renderer> {
  const { settings, metrics, logger, closing } = options;
  const { SLOTS: slots, FONTS_DIRECTORY: fonts, PROFILES_DIRECTORY: profiles } = settings;
  const renderer = createScribusRenderer({
    sandbox: 'required',
    slots,
    fontDirectories: fonts === undefined ? [] : [fonts],
    profileDirectories: profiles === undefined ? [] : [profiles],
    temporaryDirectory: settings.SCRATCH_DIRECTORY,
    metrics,
    logger,
  });
  closing.defer(() => renderer.close());
  await renderer.warmUp();
  return renderer;
}
