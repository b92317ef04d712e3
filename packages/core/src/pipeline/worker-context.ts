import type { RetryPolicy } from '../job/retry-policy.ts';
import type { LeftJob } from '../ports/job-store.ts';
import type { Merger } from '../ports/merger.ts';
import type { PdfJoiner } from '../ports/pdf-joiner.ts';
import type { Renderer } from '../ports/renderer.ts';
import type { ScratchSpace } from '../ports/scratch-space.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** What a worker needs to process jobs. */
export interface WorkerContext extends Omit<PipelineParts, 'jobStore'> {
  readonly jobStore: Omit<PipelineParts['jobStore'], 'submit'>;
  readonly dispatcher: Dispatcher;
  readonly renderer: Renderer;
  /** Without one, merges are left to other workers. */
  readonly merger: Merger | undefined;
  /** Told of each job that is left to other workers. */
  readonly jobLeft: (job: LeftJob) => void;
  readonly pdfJoiner: PdfJoiner | undefined;
  /** Bytes of PDFs that are joined to one. */
  readonly maxMergedBytes: number;
  readonly scratchSpace: ScratchSpace;
  /** Names this worker in leases. */
  readonly owner: string;
  /** Aborts when the worker takes no further job; jobs that it has claimed may still end. */
  readonly closing: AbortSignal;
  /** Claims without an end after which a job is `POISONED`. */
  readonly maxClaims: number;
  /** How long a claim is valid without a heartbeat, in milliseconds. */
  readonly leaseMs: number;
  readonly retryPolicy: RetryPolicy;
  /**
   * Says that a job is rendered and only its uploads go on: its place at the renderer is free. The
   * returned function says that those have ended too.
   */
  readonly uploadsBegin: () => () => void;
  /** Transfers to and from the artifact store that one job may have under way. */
  readonly transfersPerJob: number;
}
