import { type ErrorCode, type Renderer, toPubpipeError } from '@pubpipe/core/driver';
import { OutputFailure } from './output-failure.ts';
import type { PlannedDocument } from './plan-outputs.ts';
import type { ProgressBars } from './progress-bars.ts';
import { type RenderDocumentOptions, renderDocument } from './render-document.ts';
import type { Reporter } from './reporter.ts';

/** What the documents are rendered with. */
export interface RenderAllContext {
  readonly renderer: Renderer;
  readonly reporter: Reporter;
  readonly bars: ProgressBars;
  /** The same for all documents. */
  readonly options: Omit<RenderDocumentOptions, 'onProgress'>;
}

/**
 * Renders documents, as many at once as the renderer has places, and returns what kinds of failures there
 * were. Each fails for itself; an abort, or a renderer that can't be started, stops them all.
 */
export async function renderAll(
  documents: readonly PlannedDocument[],
  { renderer, reporter, bars, options }: RenderAllContext,
): Promise<ReadonlySet<ErrorCode>> {
  // One document per place of the renderer: the others have no open files and no directories yet.
  const line = documents.values();
  // Not the errors: each may carry a whole report, and there may be thousands.
  const failures = new Set<ErrorCode>();
  const counts = { rendered: 0, failed: 0, stopped: 0 };
  const isOver = () => options.signal.aborted || failures.has('RENDERER_UNAVAILABLE');

  const renderOne = async (document: PlannedDocument): Promise<void> => {
    const begun = performance.now();
    const durationMs = () => Math.round(performance.now() - begun);
    bars.begin(document, document.argument);
    try {
      const onProgress = (progress: Parameters<typeof bars.update>[1]) => bars.update(document, progress);
      const rendered = await renderDocument(renderer, document, { ...options, onProgress });
      bars.end(document, { failed: false });
      counts.rendered += 1;
      reporter.rendered(document, rendered, durationMs());
    } catch (thrown) {
      const error = toPubpipeError(thrown, 'INTERNAL', `Unexpected: ${String(thrown)}`);
      failures.add(error.code);
      bars.end(document, { failed: true });
      if (options.signal.aborted) return stop(document);
      counts.failed += 1;
      reporter.failed(document, error, durationMs());
    }
  };
  const stop = (document: PlannedDocument): void => {
    counts.stopped += 1;
    reporter.stopped(document);
  };
  const work = async (): Promise<void> => {
    for (const document of line) {
      if (isOver()) stop(document);
      else await renderOne(document);
    }
  };
  await Promise.all(Array.from({ length: renderer.slots }, work));
  bars.close();
  // Who reads no results reads no summary either.
  if (!(options.signal.reason instanceof OutputFailure)) reporter.ended(counts);
  return failures;
}
