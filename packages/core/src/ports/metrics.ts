import type { EndedStatus } from '../job/job-status.ts';
import type { RenderStage } from './renderer.ts';

/** How an attempt can end. `requeued` will be tried again; of a `lost` one nobody here knows. */
export const attemptOutcomes = ['completed', 'failed', 'cancelled', 'requeued', 'lost'] as const;

/** How an attempt ended. */
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** Into the artifact store or out of it. */
export const transferDirections = ['in', 'out'] as const;

/** Into the artifact store or out of it. */
export type TransferDirection = (typeof transferDirections)[number];

/** What the pipeline measures. Every method is cheap, synchronous and never throws. */
export interface Metrics {
  /** An attempt ended, `durationMs` after it was claimed. */
  attemptEnded(attempt: { readonly type: string; readonly outcome: AttemptOutcome; readonly durationMs: number }): void;
  /**
   * A job has ended, by an attempt or without one. The process that ended it says so, once. One that dies between
   * the two says nothing.
   */
  jobEnded(job: { readonly type: string; readonly outcome: EndedStatus }): void;
  /** A job was claimed, `durationMs` after it could have been. */
  queueWaited(wait: { readonly type: string; readonly durationMs: number }): void;
  /** The renderer spent `durationMs` in `stage`. */
  stageEnded(stage: { readonly stage: RenderStage; readonly durationMs: number }): void;
  /** Bytes were stored in the artifact store (`in`), or a read of that many began (`out`). */
  artifactBytes(transfer: { readonly direction: TransferDirection; readonly bytes: number }): void;
}

/** Why a process that serves many renders is replaced. `jobs`, `age`, `memory`: it had served, lived or grown enough. */
export const rendererRestartReasons = ['crashed', 'jobs', 'age', 'memory', 'libraries'] as const;

/** Why a process that serves many renders was replaced. */
export type RendererRestartReason = (typeof rendererRestartReasons)[number];

/**
 * What a place of a renderer is doing: its program is being started, or it renders. Together they are the renderer's
 * `slots`.
 */
export const rendererWorkerStates = ['idle', 'starting', 'busy'] as const;

/** What a place of a renderer is doing. */
export type RendererWorkerState = (typeof rendererWorkerStates)[number];

/** What a renderer measures of itself. Every method is cheap, synchronous and never throws. */
export interface RendererMetrics {
  /** Another process took the place of one that served many renders. */
  rendererRestarted(restart: { readonly reason: RendererRestartReason }): void;
  /** How many places are in each state: said at first, at each change, and all 0 when the renderer has been closed. */
  rendererWorkers(places: Readonly<Record<RendererWorkerState, number>>): void;
}

/** What the routes measure. The method is cheap, synchronous and never throws. */
export interface HttpMetrics {
  /**
   * A request was answered, `durationMs` after it came: when its status was known. How long the body takes after that
   * depends on its length and on the client, and is no part of it. Neither is the time that a client prefers to wait.
   */
  requestAnswered(request: {
    readonly method: string;
    /** The route's template, such as `/jobs/{id}`; undefined where no route matched. */
    readonly route: string | undefined;
    readonly statusCode: number;
    readonly durationMs: number;
  }): void;
}

/** What an attempt to send to a webhook can come to. After a `failed` one another follows, after a `dead` one none. */
export const webhookOutcomes = ['delivered', 'failed', 'dead'] as const;

/** What an attempt to send to a webhook came to. */
export type WebhookOutcome = (typeof webhookOutcomes)[number];

/** What is measured of sending to webhooks. The method is cheap, synchronous and never throws. */
export interface WebhookMetrics {
  /** An attempt has ended, `durationMs` after it began, and that was written down. */
  webhookAttempted(attempt: { readonly outcome: WebhookOutcome; readonly durationMs: number }): void;
}

/** Counts nothing. */
export const noWebhookMetrics: WebhookMetrics = Object.freeze({ webhookAttempted() {} });

/** Counts nothing. */
export const noMetrics: Metrics = Object.freeze({
  attemptEnded() {},
  jobEnded() {},
  queueWaited() {},
  stageEnded() {},
  artifactBytes() {},
});

/** Counts nothing. */
export const noHttpMetrics: HttpMetrics = Object.freeze({ requestAnswered() {} });

/** Counts nothing. */
export const noRendererMetrics: RendererMetrics = Object.freeze({
  rendererRestarted() {},
  rendererWorkers() {},
});
