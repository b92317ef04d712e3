import type { ReadyArtifact } from '../job/artifact.ts';
import type { Batch } from '../job/batch.ts';
import type { JobView } from '../job/job.ts';
import type { JobEvent } from '../job/job-event.ts';
import type { ByteRange } from '../ports/artifact-store.ts';
import type { FeedEntry } from '../ports/event-feed.ts';
import type { JobFilter, JobPage, JobStore } from '../ports/job-store.ts';
import type { RecordFilter, RecordPage } from '../ports/record-rows.ts';
import { type Download, downloadArtifact, type Upload, uploadArtifact } from './artifacts.ts';
import { type BatchCancellation, cancelBatch } from './batches.ts';
import type { ConsumeFeedOptions, EventConsumer, FeedHandler } from './consume-feed.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { type EraseOptions, type Erasure, erase } from './erase.ts';
import { createEventFeed } from './event-feed.ts';
import { downloadFiles, type FilesDownload, type FilesDownloadOptions } from './files/download-files.ts';
import type { FollowOptions } from './follow-events.ts';
import { type ArtifactImport, importArtifact } from './import-artifact.ts';
import { type PipelineOptions, type PipelineParts, resolvePipelineOptions } from './pipeline-parts.ts';
import { type RenderAndWaitOptions, renderAndWait } from './render-and-wait.ts';
import type { RenderJobRequest } from './render-job.ts';
import { type ScrubOptions, type ScrubReport, scrub } from './scrub.ts';
import { type JobRequest, type Submission, type SubmitOptions, submit } from './submit.ts';
import type { SubscribeOptions } from './subscribe-feed.ts';

/** Names a job, an artifact or a batch. */
export interface Reference {
  readonly id: string;
  /** Whose it is: another tenant's is as good as absent. @defaultValue 'default' */
  readonly tenant?: string | undefined;
}

/**
 * Documents go in, jobs are followed, outputs come out. Rendering itself is done by workers, in this
 * process or in others, on the same job store, artifact store and queue.
 *
 * @typeParam Transaction - what `submit` takes to join the caller's own transaction.
 */
export interface Pipeline<Transaction = never> {
  /** What the pipeline is made of, for workers and adapters. */
  readonly parts: PipelineParts<Transaction>;
  /** Tells the queue of due jobs, for workers and adapters. */
  readonly dispatcher: Dispatcher;

  /**
   * Stores a file for a job to come. It expires unless a job uses it in time.
   *
   * @throws PubpipeError `INVALID_INPUT` when the name is not a file name.
   * @throws PubpipeError what `ArtifactStore.put` throws; then nothing is stored.
   */
  upload(upload: Upload): Promise<ReadyArtifact>;

  /**
   * Makes an artifact of an object that is already in a bucket that the store may import from.
   *
   * @throws PubpipeError `INVALID_INPUT` when the pipeline imports nothing, or not from that bucket.
   * @throws PubpipeError what `ObjectImports.importObject` throws; then nothing is stored.
   */
  importArtifact(source: ArtifactImport): Promise<ReadyArtifact>;

  /**
   * Queues a document to be rendered, or with `type: 'merge'` a template to be filled with records. The answer does not
   * wait for the queue.
   *
   * @throws PubpipeError `INVALID_INPUT` when the request is not valid; details `issues`.
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when the document or an asset is not there.
   * @throws PubpipeError `IDEMPOTENCY_CONFLICT` when the key was used for another request.
   */
  submit(request: JobRequest, options?: SubmitOptions<Transaction>): Promise<Submission>;

  /**
   * Submits and waits for the end of the job.
   *
   * @throws PubpipeError what `submit` throws, and the job's own error when it fails.
   * @throws PubpipeError `CANCELLED` when the job was cancelled, or `signal` aborted: then the job is cancelled, unless
   * its idempotency key had been used before.
   * @throws PubpipeError `RENDER_TIMEOUT`, details `stage: 'waiting'`, when the job has not ended in time: it goes on.
   */
  renderAndWait(request: RenderJobRequest, options?: RenderAndWaitOptions): Promise<JobView>;

  /**
   * Reads a job with its document, assets and outputs.
   *
   * @throws PubpipeError `JOB_NOT_FOUND` when the tenant has none.
   */
  get(job: Reference): Promise<JobView>;

  /** Reads a page of jobs, newest first. */
  list(filter?: Omit<JobFilter, 'tenant'> & { readonly tenant?: string | undefined }): Promise<JobPage>;

  /**
   * Reads a page of what became of a merge's records, in their order, with their files: while it goes on, too. Files
   * that are there once stay until the job goes, whatever becomes of it.
   *
   * @throws PubpipeError `JOB_NOT_FOUND` when the tenant has none.
   * @throws PubpipeError `INVALID_INPUT` when the limit or the cursor is not one.
   */
  records(job: Reference, options?: RecordFilter): Promise<RecordPage>;

  /**
   * Cancels a queued or running job. Its render is killed.
   *
   * @throws PubpipeError `JOB_NOT_FOUND`, or `ILLEGAL_TRANSITION` when it has completed or failed.
   */
  cancel(job: Reference): Promise<JobView>;

  /**
   * Queues a failed or cancelled job again. A merge goes on behind the records that it has published, and tries those
   * that failed once more.
   *
   * @throws PubpipeError `JOB_NOT_FOUND`, `ILLEGAL_TRANSITION`, or `ARTIFACT_EXPIRED` when its document is gone.
   */
  retry(job: Reference): Promise<JobView>;

  /**
   * Counts the jobs that were submitted under the same `batch`, by state.
   *
   * @throws PubpipeError `BATCH_NOT_FOUND` when the tenant has no job in it.
   */
  batch(batch: Reference): Promise<Batch>;

  /**
   * Cancels the jobs of a batch that have not ended; their renders are killed. It takes a transaction for some hundred of
   * them: when it fails between two, called again it goes on. Jobs that are submitted into the batch meanwhile may go on,
   * and those that are submitted afterwards do.
   *
   * @throws PubpipeError `BATCH_NOT_FOUND` when the tenant has no job in it.
   */
  cancelBatch(batch: Reference): Promise<BatchCancellation>;

  /**
   * Opens all that the jobs of a batch have made: their outputs, and the files of a merge's records, as soon as they are there.
   *
   * As a zip it has a folder for each job, named after its reference or id, and at the end a `manifest.json` of what is in it,
   * and which jobs have not completed. As a PDF it has the pages of all, in the order of the jobs, with bookmarks of their
   * references; of a job with outputs and records, those of its outputs. It is made on the disk first.
   *
   * @throws PubpipeError `BATCH_NOT_FOUND` when the tenant has no job in it.
   * @throws PubpipeError `INVALID_INPUT` when one PDF is asked for, and the pipeline has no `joining`.
   * @throws PubpipeError `BATCH_INCOMPLETE` when one PDF is asked for, not `partial`, and not all jobs have completed.
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when there is no PDF, `ARTIFACT_EXPIRED` when one was removed,
   * `CONTENT_TOO_LARGE` when there are more than may be joined, and `QUEUE_FULL` when enough others are being joined.
   * @throws PubpipeError what `ArtifactStore.get`, `ScratchSpace.open` and `PdfJoiner.join` throw.
   */
  downloadBatch(batch: Reference, options?: FilesDownloadOptions): Promise<FilesDownload>;

  /**
   * The same for one job, without a folder.
   *
   * @throws PubpipeError `JOB_NOT_FOUND` when the tenant has none, else what `downloadBatch` throws.
   */
  downloadJob(job: Reference, options?: FilesDownloadOptions): Promise<FilesDownload>;

  /** Reads a job's history in order. */
  events(
    job: Reference,
    options?: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ): Promise<readonly JobEvent[]>;

  /**
   * Yields a job's events, past and future, in order, each once, and ends when the job has ended. All who follow jobs
   * share the reader of `subscribe`: while nothing happens, they cost no more than one.
   *
   * @throws PubpipeError `JOB_NOT_FOUND` when the tenant has none, or has none any more.
   * @throws PubpipeError `CANCELLED` when `signal` aborts, and `CLOSED` when the pipeline is closed.
   */
  follow(job: Reference, options?: FollowOptions): AsyncGenerator<JobEvent, void>;

  /**
   * Yields the events of all jobs of a tenant, past and future, each once: those of a job in their order, and
   * across jobs in one order that is the same for every reader. It never ends by itself. To go on later, pass the
   * `position` of the last entry as `after`; where events behind that were purged, a `reset` entry says so, after which
   * the jobs have to be read anew: older events of jobs that are kept come before it. Notifications only make it faster. All subscribers of a pipeline share one
   * reader, and one that is slow costs no memory beyond its `bufferSize`.
   *
   * When the database goes away meanwhile, events come late, and the iteration goes on.
   *
   * @throws PubpipeError `INVALID_INPUT`, at once, when an option is out of range.
   * @throws PubpipeError `JOB_STORE_UNAVAILABLE` when the database can't be reached at the beginning.
   * @throws PubpipeError `CANCELLED` when `signal` aborts, and `CLOSED` when the pipeline is closed.
   */
  subscribe(options?: SubscribeOptions): AsyncGenerator<FeedEntry, void>;

  /**
   * Calls `handler` with the events of all jobs of all tenants, one after the other, in order. How far it is, is kept
   * in the database under `name`, which all instances of an application share: one of them handles events at a time,
   * and another goes on when it is closed or dies. Each event is handled at least once; one whose handler rejects
   * is handled again, after a growing wait, and none behind it is before. One that does not end within
   * `handlerTimeoutMs` has failed too, and its signal aborts. Events that are committed after this has resolved for the
   * first time under `name` are not missed.
   *
   * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
   * @throws PubpipeError `JOB_STORE_UNAVAILABLE` when the database can't be reached.
   */
  consume(name: string, handler: FeedHandler, options?: ConsumeFeedOptions): Promise<EventConsumer>;

  /**
   * Forgets how far a consumer is, for one that no instance runs any more: whoever uses the name again begins anew. An
   * instance that still runs takes no further entry. Answers whether there was one of this name.
   */
  removeConsumer(name: string): Promise<boolean>;

  /**
   * Reads what is known of an artifact.
   *
   * @throws PubpipeError `ARTIFACT_NOT_FOUND`, or `ARTIFACT_EXPIRED` when its content has been deleted.
   */
  getArtifact(artifact: Reference): Promise<ReadyArtifact>;

  /**
   * Takes an artifact out of use; the sweeper deletes its content. Removing what is not there succeeds.
   *
   * @throws PubpipeError `ARTIFACT_IN_USE` while a queued or running job needs it.
   */
  removeArtifact(artifact: Reference): Promise<void>;

  /**
   * Opens an artifact's content.
   *
   * @throws PubpipeError `ARTIFACT_NOT_FOUND`, or `ARTIFACT_EXPIRED` when it has been deleted.
   */
  download(
    artifact: Reference,
    options?: { readonly range?: ByteRange | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<Download>;

  /**
   * Erases all that a tenant has, or one of its jobs: rows, events, keys, labels and content. A dry run by
   * default: `dryRun: false` erases. Running jobs are cancelled first. The sweeper deletes the content;
   * called again, `remaining` tells what is left. What another job of the tenant uses stays with a job's erasure.
   *
   * @throws PubpipeError `CANCELLED` when `signal` aborts; called again, it goes on.
   */
  erase(options: EraseOptions): Promise<Erasure>;

  /**
   * Compares the artifact store with the rows. A dry run by default; otherwise deletes objects without a
   * row, in a store whose owner marker names this database.
   *
   * @throws PubpipeError `STORE_NOT_OWNED` when it is another's, or unmarked and this is no dry run.
   */
  scrub(options?: ScrubOptions): Promise<ScrubReport>;

  /**
   * Ends subscriptions and consumers, and waits for handlers and for messages to the queue that are under way.
   * What was passed in stays open. Idempotent.
   */
  close(): Promise<void>;
}

/**
 * Makes a pipeline of what is passed in.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function createPipeline<Transaction = never>(options: PipelineOptions<Transaction>): Pipeline<Transaction> {
  const parts = resolvePipelineOptions(options);
  const { bus, metrics } = parts;
  const jobStore: JobStore<Transaction> = parts.jobStore;
  const dispatcher = createDispatcher(parts);
  const feed = createEventFeed(parts);

  const pipeline: Pipeline<Transaction> = {
    parts,
    dispatcher,
    upload: (upload) => uploadArtifact(parts, upload),
    importArtifact: (source) => importArtifact(parts, source),
    submit: (request, submitOptions = {}) => submit({ ...parts, dispatcher }, request, submitOptions),
    renderAndWait: (request, waitOptions = {}) => renderAndWait(pipeline, request, waitOptions),
    get: (job) => jobStore.get(toRowId(job)),
    list: ({ tenant = 'default', ...filter } = {}) => jobStore.list({ tenant, ...filter }),
    records: (job, filter = {}) => jobStore.records(toRowId(job), filter),
    async cancel(job) {
      const { job: view, cancelled } = await jobStore.cancel(toRowId(job));
      bus.publish({ tenant: view.tenant, jobId: view.id, ended: true });
      if (cancelled) metrics.jobEnded({ type: view.type, outcome: 'cancelled' });
      dispatcher.placeFreed(view.tenant);
      return view;
    },
    async retry(job) {
      const view = await jobStore.retry(toRowId(job));
      bus.publish({ tenant: view.tenant, jobId: view.id, ended: false });
      dispatcher.dispatchIn(0);
      return view;
    },
    batch: (batch) => jobStore.batch(toRowId(batch)),
    cancelBatch: (batch) => cancelBatch({ ...parts, dispatcher }, toRowId(batch)),
    downloadBatch: ({ id, tenant = 'default' }, filesOptions = {}) =>
      downloadFiles(parts, { tenant, batch: id }, filesOptions),
    downloadJob: ({ id, tenant = 'default' }, filesOptions = {}) =>
      downloadFiles(parts, { tenant, jobId: id }, filesOptions),
    events: (job, eventOptions) => jobStore.events(toRowId(job), eventOptions),
    follow: (job, followOptions = {}) => feed.follow(toRowId(job), followOptions),
    getArtifact: (artifact) => jobStore.getArtifact(toRowId(artifact)),
    removeArtifact: (artifact) => jobStore.removeArtifact(toRowId(artifact)),
    download: (artifact, downloadOptions = {}) => downloadArtifact(parts, toRowId(artifact), downloadOptions),
    subscribe: (subscribeOptions = {}) => feed.subscribe(subscribeOptions),
    consume: (name, handler, consumeOptions = {}) => feed.consume(name, handler, consumeOptions),
    removeConsumer: (name) => jobStore.removeConsumer(name),
    async close() {
      await Promise.all([feed.close(), dispatcher.close()]);
    },
    erase: (eraseOptions) => erase(parts, eraseOptions),
    scrub: (scrubOptions) => scrub(parts, scrubOptions),
  };
  return Object.freeze(pipeline);
}

const toRowId = ({ id, tenant = 'default' }: Reference) => ({ id, tenant });
