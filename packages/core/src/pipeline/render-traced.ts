import type { RenderControls, RenderRequest, RenderResult } from '../ports/renderer.ts';
import { StageSpans } from './stage-spans.ts';
import type { WorkerContext } from './worker-context.ts';

/** Renders within a span that has one for each stage. */
export async function renderTraced(
  { renderer, tracer }: Pick<WorkerContext, 'renderer' | 'tracer'>,
  request: RenderRequest,
  controls: RenderControls,
): Promise<RenderResult> {
  return await tracer.inSpan({ name: 'pubpipe.render' }, async (span) => {
    const stages = new StageSpans(span);
    try {
      const result = await renderer.render(request, {
        ...controls,
        onProgress(progress) {
          stages.enter(progress.stage);
          controls.onProgress?.(progress);
        },
      });
      const { name, version } = result.renderedBy;
      span.setAttributes({ 'pubpipe.page_count': result.pageCount, 'pubpipe.renderer': `${name} ${version}` });
      stages.end();
      return result;
    } catch (error) {
      stages.fail(error);
      throw error;
    }
  });
}
