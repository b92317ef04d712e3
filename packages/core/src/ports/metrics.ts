import type { RenderStage } from './renderer.ts';

/** How an attempt ended. `requeued` will be tried again. */
export type AttemptOutcome = 'completed' | 'failed' | 'cancelled' | 'requeued' | 'lost';

/** What the pipeline measures. Every method is cheap, synchronous and never throws. */
export interface Metrics {
  /** An attempt ended, `durationMs` after it was claimed. */
  attemptEnded(attempt: { readonly type: string; readonly outcome: AttemptOutcome; readonly durationMs: number }): void;
  /** A job was claimed, `durationMs` after it could have been. */
  queueWaited(wait: { readonly type: string; readonly durationMs: number }): void;
  /** The renderer spent `durationMs` in `stage`. */
  stageEnded(stage: { readonly stage: RenderStage; readonly durationMs: number }): void;
  /** Bytes were stored in the artifact store (`in`), or a read of that many began (`out`). */
  artifactBytes(transfer: { readonly direction: 'in' | 'out'; readonly bytes: number }): void;
}

/** Counts nothing. */
export const noMetrics: Metrics = Object.freeze({
  attemptEnded() {},
  queueWaited() {},
  stageEnded() {},
  artifactBytes() {},
});
