import type { ErrorCode } from '../errors/error-traits.ts';
import type { Job, JobView } from '../job/job.ts';
import type { JobEvent } from '../job/job-event.ts';
import type { JobStatus } from '../job/job-status.ts';
import type { Lane } from '../job/lane.ts';
import type { ArtifactRows, DeletableContent, RowId, WrittenContent } from './artifact-rows.ts';
import type { BatchStore } from './batch-store.ts';
import type { EventFeed } from './event-feed.ts';
import type { Delivery } from './job-queue.ts';
import type { QueueSize } from './queue-size.ts';
import type { RecordRows } from './record-rows.ts';
import type { RenderProgress } from './renderer.ts';
import type { RetentionStore } from './retention.ts';
import type { DueDelivery, RunningLimit, TenantDispatch } from './tenant-dispatch.ts';
import type { TraceContext } from './trace-context.ts';
import type { WebhookStore } from './webhook-store.ts';

/** A job to be done. */
export interface NewJob {
  readonly tenant: string;
  readonly type: string;
  /** Plain JSON. */
  readonly payload: unknown;
  readonly payloadVersion: number;
  /** The document: a ready artifact of the same tenant. */
  readonly inputArtifactId: string;
  /** The files beside it: ready artifacts of the same tenant. Names are unique. */
  readonly assets: readonly { readonly name: string; readonly artifactId: string }[];
  /** Higher goes first. */
  readonly priority: number;
  /** How long from now until it may be claimed, in milliseconds. */
  readonly delayMs: number;
  /** When it may be claimed at the earliest, in milliseconds since 1970; then `delayMs` does not count. */
  readonly runAt?: number | undefined;
  /** @defaultValue 'standard' */
  readonly lane?: Lane | undefined;
  readonly maxAttempts: number;
  /** The caller's own name for the group that it belongs to. */
  readonly batch?: string | undefined;
  readonly reference?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly correlationId?: string | undefined;
  /** Where the trace of the request goes on: at the job's workers. */
  readonly traceContext?: TraceContext | undefined;
  /** A second job with the same key is the first one again. */
  readonly idempotencyKey?: string | undefined;
  /** Tells a repetition of the same request from another request under the same key. */
  readonly requestHash: string;
}

/** What `submit` answers. */
export interface SubmittedJob {
  readonly job: JobView;
  /** False when the idempotency key had been used for the same request before. */
  readonly created: boolean;
  /** What the queue has to be told once the transaction is committed. */
  readonly delivery: DueDelivery;
}

/** What `cancel` answers. */
export interface CancelledJob {
  readonly job: JobView;
  /** False when it had been cancelled before. */
  readonly cancelled: boolean;
}

/** Which jobs `list` returns: all filters must match. */
export interface JobFilter {
  readonly tenant: string;
  readonly status?: JobStatus | undefined;
  readonly type?: string | undefined;
  readonly batch?: string | undefined;
  readonly reference?: string | undefined;
  /** Page size, 1 to 1,000. @defaultValue 50 */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** One page of jobs, newest first. */
export interface JobPage {
  readonly jobs: readonly JobView[];
  /** Given when there is a further page. */
  readonly nextCursor?: string | undefined;
}

/** Who claims which job. */
export interface ClaimRequest {
  readonly jobId: string;
  readonly owner: string;
  readonly leaseMs: number;
  /** How many jobs of a tenant may run at once. All claims of a tenant have to say the same. @defaultValue no limit */
  readonly limitOf?: ((tenant: string) => RunningLimit) | undefined;
  /** Types of jobs that this worker can't do. @defaultValue none */
  readonly except?: readonly string[] | undefined;
  /** Told of a job that is due and stays queued because of its type. */
  readonly onLeft?: ((job: LeftJob) => void) | undefined;
}

/** A job that a worker has left to others, as it can't do its type. */
export interface LeftJob {
  readonly jobId: string;
  readonly tenant: string;
  readonly type: string;
  /** For how long it could have been claimed, in milliseconds. */
  readonly waitedMs: number;
}

/** The right to work on a job: valid as long as its lease is renewed and nobody ended the attempt. */
export interface Claim {
  readonly tenant: string;
  readonly jobId: string;
  /** Names the claim: every write under it checks that it is still this attempt's turn. */
  readonly attempt: number;
}

/** A job that a worker has claimed. */
export interface ClaimedJob {
  readonly claim: Claim;
  readonly job: JobView;
  /** Milliseconds between the time from which it could be claimed and the claim. */
  readonly waitedMs: number;
}

/** A finished page image that may be shown before the job has ended. */
export interface PreviewFile extends WrittenContent {
  readonly name: string;
  /** From 1. */
  readonly page: number;
}

/** An output file of a job, its content whole in the artifact store. */
export interface OutputFile extends WrittenContent {
  readonly name: string;
  readonly page?: number | undefined;
}

/** A report about a job, as a JSON document, its content whole in the artifact store. */
export interface ReportFile extends WrittenContent {
  readonly name: string;
}

/** What a job has made. */
export interface JobResult {
  readonly outputs: readonly OutputFile[];
  /** Reports about it. Those of attempts before go. @defaultValue none */
  readonly reports?: readonly ReportFile[] | undefined;
  /** Facts for the history: plain JSON. */
  readonly summary: Readonly<Record<string, unknown>>;
}

/** Why an attempt failed, and what core decided about it. */
export interface AttemptFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Whether it counts as a renderer crash. */
  readonly crashed: boolean;
  /** Whether what all jobs stand on was away: then it is a claim without an end, and no failure. @defaultValue false */
  readonly isOutage?: boolean | undefined;
  /** Reports that say more about it. Those of attempts before go. @defaultValue none */
  readonly reports?: readonly ReportFile[] | undefined;
  /** Wait before the next attempt, in milliseconds; absent when the job has failed for good. */
  readonly retryInMs?: number | undefined;
}

/** A delivery that the queue was told of. */
export interface UnclaimedDelivery extends DueDelivery {
  /** When that was noted, in milliseconds since 1970 by the database's clock. */
  readonly dispatchedAt: number;
}

/** What one sweep may do, and from when on. */
export interface SweepOptions {
  /** Upper bound of rows for each kind of work, 1 to 1,000. */
  readonly limit: number;
  /** Claims without an end after which a job is `POISONED`. */
  readonly maxClaims: number;
  /** Age in milliseconds from which an artifact that never became ready is taken for abandoned. */
  readonly abandonedAfterMs: number;
  /** How long the row of a deleted artifact is kept, before its content is deleted once more. */
  readonly keepDeletedMs: number;
}

/** What a sweep changed, and what it leaves to be done outside the database. */
export interface SweepResult {
  /** Jobs whose worker was lost: queued again, or failed as `POISONED`. */
  readonly recovered: readonly Pick<Job, 'id' | 'tenant' | 'type' | 'status' | 'attempt' | 'correlationId'>[];
  /** Content to delete; each is to be confirmed with `confirmDeleted`. */
  readonly deletable: readonly DeletableContent[];
}

/**
 * The truth about jobs and artifacts. Every method may be called concurrently, from any number of
 * processes. Each is one transaction: it happens whole or not at all.
 *
 * Every method rejects with `JOB_STORE_UNAVAILABLE` when the database can't be reached; then the
 * outcome is unknown, and the row has to be read again before anything is concluded from it.
 *
 * @typeParam Transaction - what `submit` takes to join the caller's own transaction.
 */
export interface JobStore<Transaction = never>
  extends ArtifactRows,
    EventFeed,
    RecordRows,
    TenantDispatch,
    RetentionStore,
    BatchStore,
    WebhookStore {
  /**
   * Queues a job: its row, its links and its first event in one transaction, or in the caller's.
   * In the caller's transaction nothing is visible to anyone before the caller commits, and the
   * delivery must be sent only then. With an idempotency key that was used before it changes
   * nothing and answers the first job.
   *
   * @throws PubpipeError `INVALID_INPUT` when two assets have the same name.
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when the document or an asset is not a ready artifact of the tenant.
   * @throws PubpipeError `IDEMPOTENCY_CONFLICT` when the key was used for another request.
   */
  submit(job: NewJob, options?: { readonly transaction?: Transaction | undefined }): Promise<SubmittedJob>;

  /**
   * Reads a job with its document, assets and outputs, in one statement.
   *
   * @throws PubpipeError `JOB_NOT_FOUND` when the tenant has none.
   */
  get(id: RowId): Promise<JobView>;

  /**
   * Reads a page of jobs, newest first, each with its document, assets and outputs, in one statement.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit or the cursor is not one.
   */
  list(filter: JobFilter): Promise<JobPage>;

  /**
   * Reads a job's history in order, from the entry after `after`, at most `limit` entries (1 to 1,000,
   * 500 where nothing is said).
   *
   * @throws PubpipeError `INVALID_INPUT` when `after` or `limit` is not one.
   */
  events(
    job: RowId,
    options?: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ): Promise<readonly JobEvent[]>;

  /**
   * Claims a queued job that is due. Of all concurrent claims of a job one gets it, the others get undefined. With
   * `limitOf` no tenant has more jobs running than that: a job beyond it stays queued, and counts as one that the queue
   * has not been told of. So does a job of a type in `except`, of which `onLeft` is told.
   */
  claim(request: ClaimRequest): Promise<ClaimedJob | undefined>;

  /**
   * Renews the lease, and adds a `progress` event if there is one.
   *
   * @throws PubpipeError `CLAIM_LOST` when the attempt is over: nothing was written.
   */
  heartbeat(
    claim: Claim,
    beat: { readonly leaseMs: number; readonly progress?: RenderProgress | undefined },
  ): Promise<void>;

  /**
   * Makes a page image visible while its attempt goes on. When the attempt ends without completing
   * the job, its previews go.
   *
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when the artifact is not a pending one of the tenant.
   * @throws PubpipeError `INVALID_INPUT` when the attempt has a preview of this name already.
   * @throws PubpipeError `CLAIM_LOST` when the attempt is over: nothing was written.
   */
  publishPreview(claim: Claim, preview: PreviewFile): Promise<void>;

  /**
   * Completes the job: all its outputs become visible at once, previews among them become outputs.
   *
   * @throws PubpipeError `CLAIM_LOST` when the attempt is over: nothing was written.
   * @throws PubpipeError `INVALID_INPUT` when two outputs have the same name.
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when an output is neither pending nor a preview of this attempt,
   * or a report is not pending.
   */
  complete(claim: Claim, result: JobResult): Promise<void>;

  /**
   * Records a failure, with its reports, and queues the job again, or ends it as failed, as core decided.
   *
   * @throws PubpipeError `CLAIM_LOST` when the attempt is over: nothing was written.
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when a report is not a pending artifact of the tenant.
   */
  fail(claim: Claim, failure: AttemptFailure): Promise<void>;

  /**
   * Hands a claimed job back, due at once. It costs no attempt, but after `maxClaims` claims in a row
   * without an end the job fails as `POISONED`. Answers the state that the job is in now.
   *
   * @throws PubpipeError `CLAIM_LOST` when the attempt is over: nothing was written.
   */
  release(claim: Claim, options: { readonly maxClaims: number }): Promise<'queued' | 'failed'>;

  /**
   * Cancels a queued or running job; its worker's claim is over. Cancelling a cancelled job succeeds.
   *
   * @throws PubpipeError `JOB_NOT_FOUND` when the tenant has none.
   * @throws PubpipeError `ILLEGAL_TRANSITION` when it has completed or failed.
   */
  cancel(id: RowId): Promise<CancelledJob>;

  /**
   * Queues a failed or cancelled job again, its failures forgotten, its attempt number going on. Records that failed are
   * forgotten too; those that were rendered stay.
   *
   * @throws PubpipeError `JOB_NOT_FOUND` when the tenant has none.
   * @throws PubpipeError `ILLEGAL_TRANSITION` when it has not failed and was not cancelled.
   * @throws PubpipeError `ARTIFACT_EXPIRED` when the document or an asset is gone.
   */
  retry(id: RowId): Promise<JobView>;

  /** Due jobs that the queue has not been told of yet: interactive ones first, then higher priority, then the oldest. */
  undispatched(options: { readonly limit: number }): Promise<readonly DueDelivery[]>;

  /** Notes that the queue has been told. A dispatch that has been superseded is left alone. */
  markDispatched(delivery: Delivery): Promise<void>;

  /**
   * Due jobs that the queue was told of longer ago than `olderThanMs` and that nobody has claimed, in the
   * order in which it was told, from the one after `after`.
   */
  unclaimed(options: {
    readonly olderThanMs: number;
    readonly limit: number;
    readonly after?: UnclaimedDelivery | undefined;
  }): Promise<readonly UnclaimedDelivery[]>;

  /** Gives a job that still waits for this delivery a new dispatch number, so that it is dispatched again. */
  redispatch(delivery: Delivery): Promise<void>;

  /**
   * Recovers jobs of lost workers and finds content that nobody needs. Bounded by `limit`.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit is not one.
   */
  sweep(options: SweepOptions): Promise<SweepResult>;

  /**
   * How many jobs have not ended, over all tenants, in one statement. Jobs that wait, that the queue was told of and
   * that run are each counted to 10,000, so that a long queue costs no long count. Ended jobs cost nothing.
   */
  queueSize(): Promise<QueueSize>;

  /** How many jobs are in each state, over all tenants: reads them all. */
  countByStatus(): Promise<Readonly<Record<JobStatus, number>>>;
}
