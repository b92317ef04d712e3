import type { ScripterAnswer } from '../protocol/answer.ts';
import type { ScripterRequest } from '../protocol/request.ts';
import type { JobReach } from './job-reach.ts';
import type { JobWorkspace } from './job-workspace.ts';

/** How a process ended. */
export interface ProcessEnd {
  /** Exit code; Scribus ends with 0 also when it failed. */
  readonly exitCode: number | undefined;
  /** The signal that ended it. */
  readonly signal: string | undefined;
  /** Processor time that it took, with all that it had started and waited for. */
  readonly cpuSeconds?: number | undefined;
}

/** A Scribus that is there for one job. */
export interface ScribusProcess {
  /** What the script answers, once. It ends when nothing more can come, and never throws. */
  readonly answers: AsyncIterable<ScripterAnswer>;
  /** Why `answers` ended before the process did: it said something that is not an answer. */
  readonly babble: string | undefined;
  /** The process group of the job, once there is one. It is its own until {@link ScribusProcess.ended} resolves. */
  readonly group: number | undefined;
  /** Asks for a render. A process that is gone doesn't hear it. */
  send(request: ScripterRequest): void;
  /** The end of what Scribus has printed so far. */
  log(): string;
  /** Kills the process and all that it has started. Resolves when none of them is left. Idempotent. */
  kill(): Promise<ProcessEnd>;
  /**
   * Resolves when the process and all that it has started are gone.
   *
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when it could not be started.
   */
  ended(): Promise<ProcessEnd>;
}

/**
 * Where a job's Scribus comes from: the seam behind which processes are started for each job, or
 * forked from one that is warm.
 */
export interface ScribusEngine {
  /** Starts a Scribus for one job, whose files are in `reach`. A start that fails shows in {@link ScribusProcess.ended}. */
  start(workspace: JobWorkspace, reach: JobReach): ScribusProcess;
  /** Ends what is kept between jobs, of which none is under way any more. */
  close(): Promise<void>;
}
