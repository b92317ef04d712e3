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

/** Why a process that serves many renders was replaced. `jobs`, `age`, `memory`: it had served, lived or grown enough. */
export type RendererRestartReason = 'crashed' | 'jobs' | 'age' | 'memory' | 'libraries';

/**
 * What a place of a renderer is doing: its program is being started, or it renders. Together they are the renderer's
 * `slots`.
 */
export type RendererWorkerState = 'idle' | 'starting' | 'busy';

/** What a renderer measures of itself. Every method is cheap, synchronous and never throws. */
export interface RendererMetrics {
  /** Another process took the place of one that served many renders. */
  rendererRestarted(restart: { readonly reason: RendererRestartReason }): void;
  /** How many places are in each state: said at first, at each change, and all 0 when the renderer has been closed. */
  rendererWorkers(places: Readonly<Record<RendererWorkerState, number>>): void;
}

/** Counts nothing. */
export const noMetrics: Metrics = Object.freeze({
  attemptEnded() {},
  queueWaited() {},
  stageEnded() {},
  artifactBytes() {},
});

/** Counts nothing. */
export const noRendererMetrics: RendererMetrics = Object.freeze({
  rendererRestarted() {},
  rendererWorkers() {},
});
