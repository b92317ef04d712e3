import type { RetryPolicy } from '../job/retry-policy.ts';
import type { Renderer } from '../ports/renderer.ts';
import type { ScratchSpace } from '../ports/scratch-space.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import type { RenderSlots } from './render-slots.ts';

/** What a worker needs to process jobs. */
export interface WorkerContext extends Omit<PipelineParts, 'jobStore'> {
  readonly jobStore: Omit<PipelineParts['jobStore'], 'submit'>;
  readonly dispatcher: Dispatcher;
  readonly renderer: Renderer;
  readonly scratchSpace: ScratchSpace;
  /** Names this worker in leases. */
  readonly owner: string;
  /** Aborts when the worker takes no further job; jobs that it has claimed may still end. */
  readonly closing: AbortSignal;
  /** How long a claim is valid without a heartbeat, in milliseconds. */
  readonly leaseMs: number;
  readonly retryPolicy: RetryPolicy;
  readonly renderSlots: RenderSlots;
  /** Transfers to and from the artifact store that one job may have under way. */
  readonly transfersPerJob: number;
}
