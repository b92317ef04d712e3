import type { S3Access } from '../../test/kit/s3-access.ts';
import type { StepName } from '../steps/steps.ts';
import type { RendererKind } from '../work/order.ts';

/** Where the artifacts of a round are. */
export type StorePlace =
  | { readonly kind: 'fs'; readonly directory: string }
  | { readonly kind: 's3'; readonly access: S3Access; readonly bucket: string };

/** What every process of a round needs to know to open its parts. */
export interface PartsSetup {
  readonly postgresUrl: string;
  readonly redisUrl: string;
  /** What the names of all keys in Redis begin with. */
  readonly redisPrefix: string;
  readonly store: StorePlace;
}

/** Ages from which a worker's sweep cleans up, in milliseconds. */
export interface SweepAges {
  readonly intervalMs: number;
  readonly housekeepingIntervalMs: number;
  readonly abandonedAfterMs: number;
  readonly scratchAbandonedAfterMs: number;
  readonly keepDeletedMs: number;
}

/** What every program of the crash test is told. */
interface AnyProgram {
  readonly parts: PartsSetup;
  /** Where it kills itself. */
  readonly step?: StepName | undefined;
  /** Where it notes that it came there. */
  readonly stepNote?: string | undefined;
}

/** What `programs/worker.ts` is told. */
export interface WorkerProgram extends AnyProgram {
  readonly program: 'worker';
  readonly renderer: RendererKind;
  readonly notesDirectory: string;
  readonly scratchDirectory: string;
  readonly rendererDirectory: string;
  readonly ages: SweepAges;
}

/** What `programs/submitter.ts` is told. */
export interface SubmitterProgram extends AnyProgram {
  readonly program: 'submitter';
  readonly seed: number;
  readonly renderer: RendererKind;
  /** Its orders, in order. */
  readonly orders: readonly number[];
  /** How many orders may be submitted so far, as text. */
  readonly gateFile: string;
  /** What it knows of its orders after it was killed. */
  readonly journalFile: string;
}

/** What `programs/follower.ts` is told. */
export interface FollowerProgram extends AnyProgram {
  readonly program: 'follower';
  /** What its subscription yields, an entry a line; it goes on behind the last one. */
  readonly feedFile: string;
  /** Which ends of jobs its consumer has handled, an entry a line. */
  readonly handledFile: string;
}

/** What `programs/actor.ts` is told. */
export interface ActorProgram extends AnyProgram {
  readonly program: 'actor';
  readonly tenant: string;
  readonly action: 'cancel' | 'retry' | 'erase' | 'purge';
  /** Not for `erase` and `purge`. */
  readonly jobId?: string | undefined;
}

/** What a program is told. */
export type ProgramSetup = WorkerProgram | SubmitterProgram | FollowerProgram | ActorProgram;

/** Reads what this process is told. */
export function readSetup<Program extends ProgramSetup['program']>(
  program: Program,
): Extract<ProgramSetup, { readonly program: Program }> {
  const setup = JSON.parse(process.argv[2] ?? '') as ProgramSetup;
  if (setup.program !== program) throw new Error(`This is ${program}, not ${setup.program}.`);
  return setup as Extract<ProgramSetup, { readonly program: Program }>;
}
