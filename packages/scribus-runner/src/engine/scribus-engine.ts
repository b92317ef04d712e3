import type { ScripterAnswer } from '../protocol/answer.ts';
import type { RecordCommand, RenderCommand, ScripterRequest, TemplateCommand } from '../protocol/request.ts';
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
  /** Says that it has done what it was asked for: it is killed, unless it goes on with a next record. Idempotent. */
  finish(): Promise<void>;
  /** Kills the process and all that it has started. Resolves when none of them is left. Idempotent. */
  kill(): Promise<ProcessEnd>;
  /**
   * Resolves when the process and all that it has started are gone.
   *
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when it could not be started.
   */
  ended(): Promise<ProcessEnd>;
}

/** A Scribus that has a template open, or is about to, and forks processes that make its records. */
export interface TemplateProcess {
  /** Opens the template. Resolves with why no records can be made of it; undefined when they can. Never rejects. */
  open(request: TemplateCommand): Promise<string | undefined>;
  /** Resolves when the process and all that it has forked are gone. Never rejects. */
  readonly gone: Promise<void>;
  /** Number of its process group, once there is one: what it forks is in it too. */
  readonly group: number | undefined;
  /** Records that it was asked for. */
  readonly records: number;
  /** Forks a process that works in `workspace`, once it is asked for a record. */
  openWorker(workspace: JobWorkspace): RecordWorker;
  /** Kills it with all that it has forked. Resolves when none of them is left. Idempotent. */
  kill(): Promise<void>;
}

/** A Scribus that makes one record of a template after the other. */
export interface RecordWorker {
  /**
   * Begins a record, once it is asked for a render, which `toCommand` makes the record's. The one before is finished.
   * With `onMade`, the process goes on when it is finished with this one, and that is called, once; else it ends.
   */
  start(toCommand: (request: RenderCommand) => RecordCommand, onMade?: () => void): RecordProcess;
  /** Kills it. Resolves when it is gone. Idempotent. */
  kill(): Promise<void>;
}

/** The Scribus of one record. */
export interface RecordProcess extends ScribusProcess {
  /** Why it ended before the record did and through no fault of the record; undefined otherwise. */
  readonly lost: string | undefined;
}

/**
 * Where a job's Scribus comes from: the seam behind which processes are started for each job, or
 * forked from one that is warm.
 */
export interface ScribusEngine {
  /**
   * Starts what is kept between jobs. Resolves when its process is started, long before it can serve. Never rejects: why it
   * fails shows in the next start.
   */
  startAhead(): Promise<void>;
  /** Starts a Scribus for one job, whose files are in `reach`. A start that fails shows in {@link ScribusProcess.ended}. */
  start(workspace: JobWorkspace, reach: JobReach): ScribusProcess;
  /**
   * Starts a Scribus that opens a template once and forks processes for its records. Undefined where none can be forked.
   */
  startTemplate(workspace: JobWorkspace): TemplateProcess | undefined;
  /** Ends what is kept between jobs, of which none is under way any more. */
  close(): Promise<void>;
}
