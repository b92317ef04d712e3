import type { ErrorCode } from '../errors/error-traits.ts';
import type { RenderProgress } from '../ports/renderer.ts';
import type { TraceContext } from '../ports/trace-context.ts';
import type { Artifact, JobArtifact } from './artifact.ts';
import type { JobStatus } from './job-status.ts';
import type { Lane } from './lane.ts';

/** Why a job failed. */
export interface JobError {
  readonly code: ErrorCode;
  /** One sentence a person can act on. */
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A unit of work with a state. Times are milliseconds since 1970. */
export interface Job {
  /** UUIDv7: later jobs sort after earlier ones. */
  readonly id: string;
  /** Whose it is. */
  readonly tenant: string;
  /** What kind of work it is, such as `render`. */
  readonly type: string;
  readonly status: JobStatus;
  /** Whether somebody waits for it. */
  readonly lane: Lane;
  /** Higher goes first within its lane. */
  readonly priority: number;
  /** The work's parameters: plain JSON in the form that `type` and `payloadVersion` define. */
  readonly payload: unknown;
  readonly payloadVersion: number;
  /** The caller's own name for the group that it belongs to, unique within the tenant. */
  readonly batch?: string | undefined;
  /** The caller's own name for what this job is about, such as an order number. */
  readonly reference?: string | undefined;
  /** The caller's own facts. */
  readonly labels: Readonly<Record<string, string>>;
  /** Joins this job to the request that caused it, in logs. */
  readonly correlationId?: string | undefined;
  /** Where the trace of that request goes on. */
  readonly traceContext?: TraceContext | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Claims so far. Never goes back. */
  readonly attempt: number;
  /** Errors reported since the job was submitted or last retried by hand. */
  readonly failures: number;
  /** Renderer crashes among them. */
  readonly crashCount: number;
  /**
   * Claims in a row without an end of their own: the worker died or handed the job back, or the artifact store or the
   * database was away. They are no failures.
   */
  readonly lostClaims: number;
  /** What limits `failures`. */
  readonly maxAttempts: number;
  /** When it may be claimed at the earliest. */
  readonly runAt: number;
  /** How far the running attempt is. */
  readonly progress?: RenderProgress | undefined;
  /** Why it failed, or why its last attempt did. */
  readonly error?: JobError | undefined;
  readonly createdAt: number;
  /** When it was first claimed. */
  readonly startedAt?: number | undefined;
  /** When it completed, failed or was cancelled. */
  readonly finishedAt?: number | undefined;
  readonly updatedAt: number;
}

/** A job with everything that belongs to it, as one statement reads it. */
export interface JobView extends Job {
  /** The document. */
  readonly input: Artifact;
  /** The files beside the document, by name. */
  readonly assets: readonly JobArtifact[];
  /** Page images of the running attempt, by page. */
  readonly previews: readonly JobArtifact[];
  /** What the job made: empty unless it completed. */
  readonly outputs: readonly JobArtifact[];
  /** Reports about the job, as JSON documents. */
  readonly reports: readonly JobArtifact[];
}
