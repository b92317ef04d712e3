import type { RenderResult, RenderStage } from '../ports/renderer.ts';
import type { WorkerContext } from './worker-context.ts';

/** Measures how long a render was in each stage. */
export function countStages(
  { metrics }: Pick<WorkerContext, 'metrics'>,
  { stageMs }: Pick<RenderResult, 'stageMs'>,
): void {
  for (const [stage, durationMs] of Object.entries(stageMs)) {
    metrics.stageEnded({ stage: stage as RenderStage, durationMs });
  }
}
