// For authors of drivers: ports, errors, and what drivers share. Nothing that is installed is loaded with it.

export { AbortDeadline } from '../errors/abort-deadline.ts';
export { checkTimes, checkWholeNumbers, longestTimerMs } from '../errors/check-numbers.ts';
export { type ErrorCode, type ErrorTraits, errorTraits, isErrorCode } from '../errors/error-traits.ts';
export { inTime } from '../errors/in-time.ts';
export {
  cancelled,
  isPubpipeError,
  PubpipeError,
  type PubpipeErrorOptions,
  throwIfCancelled,
  toPubpipeError,
} from '../errors/pubpipe-error.ts';
export { unlessAborted } from '../errors/unless-aborted.ts';
export type {
  Artifact,
  ArtifactKind,
  ArtifactRole,
  ArtifactState,
  JobArtifact,
  ReadyArtifact,
} from '../job/artifact.ts';
export type { Batch } from '../job/batch.ts';
export type { Job, JobError, JobView } from '../job/job.ts';
export { isEndEvent, type JobEvent, type JobEventType, jobEventTypes } from '../job/job-event.ts';
export { type EndedRecord, type JobRecord, type RecordStatus, recordStatuses } from '../job/job-record.ts';
export {
  type EndedStatus,
  endedStatuses,
  isEnded,
  isLegalTransition,
  type JobStatus,
  jobStatuses,
  jobTransitions,
} from '../job/job-status.ts';
export { isJobType, type JobType, jobTypes } from '../job/job-type.ts';
export { type Lane, lanes } from '../job/lane.ts';
export {
  decideRetry,
  type FailedAttempt,
  type RetryDecision,
  type RetryPolicy,
  type RetryPolicyOptions,
  resolveRetryPolicy,
} from '../job/retry-policy.ts';
export { type WebhookEventType, webhookEventTypes } from '../job/webhook-event.ts';
export { MissingProofs } from '../pipeline/merge/missing-proofs.ts';
export { type SharedFinding, SharedFindings } from '../pipeline/merge/shared-findings.ts';
export { pageImageName, pdfName } from '../pipeline/rendition-names.ts';
export { type ArtifactKey, parseArtifactKey } from '../ports/artifact-key.ts';
export type { ArtifactRows, DeletableContent, NewArtifact, RowId, WrittenContent } from '../ports/artifact-rows.ts';
export type {
  ArtifactContent,
  ArtifactHead,
  ArtifactStore,
  ByteRange,
  DiscardIncompleteOptions,
  ExpectedContent,
  GetOptions,
  PutOptions,
  StoredArtifact,
  VerifyContent,
} from '../ports/artifact-store.ts';
export { type AssetName, parseAssetName } from '../ports/asset-name.ts';
export type {
  BatchStore,
  FileScope,
  FilesJob,
  JobFile,
  JobFileEntry,
  JobFilePosition,
} from '../ports/batch-store.ts';
export { type Clock, systemClock } from '../ports/clock.ts';
export { defaultFailOn, isPrintProfile } from '../ports/default-fail-on.ts';
export type { EventBus, JobNotification } from '../ports/event-bus.ts';
export type {
  ConsumerInstance,
  EventFeed,
  FeedEntry,
  FeedEvent,
  FeedPage,
  FeedRequest,
  FeedReset,
  FeedScope,
} from '../ports/event-feed.ts';
export type { ColorProfile, FontFace } from '../ports/font-face.ts';
export {
  type ConsumeOptions,
  type Delivery,
  type DeliveryHandler,
  dispatchId,
  type JobQueue,
  type QueueConsumer,
} from '../ports/job-queue.ts';
export type {
  AttemptFailure,
  CancelledJob,
  Claim,
  ClaimedJob,
  ClaimRequest,
  JobFilter,
  JobPage,
  JobResult,
  JobStore,
  LeftJob,
  NewJob,
  OutputFile,
  PreviewFile,
  ReportFile,
  SubmittedJob,
  SweepOptions,
  SweepResult,
  UnclaimedDelivery,
} from '../ports/job-store.ts';
export { type Logger, type LogMethod, silentLogger, withFacts } from '../ports/logger.ts';
export {
  type EmptyValueMode,
  emptyValueModes,
  type FailedDocument,
  type FilledDocument,
  type LineBreakMode,
  lineBreakModes,
  type MadeBy,
  type MergeControls,
  type MergeData,
  type MergeDataEncoding,
  type MergeDataFormat,
  type MergedDocument,
  type MergeFacts,
  type MergeNote,
  type MergePath,
  type MergeRequest,
  type Merger,
  mergeDataEncodings,
  mergeDataFormats,
  mergePaths,
  type PreparedMerge,
  type RecordRange,
  type RenderedDocument,
} from '../ports/merger.ts';
export {
  type AttemptOutcome,
  attemptOutcomes,
  type HttpMetrics,
  type Metrics,
  noHttpMetrics,
  noMetrics,
  noRendererMetrics,
  noWebhookMetrics,
  type RendererMetrics,
  type RendererRestartReason,
  type RendererWorkerState,
  rendererRestartReasons,
  rendererWorkerStates,
  type TransferDirection,
  transferDirections,
  type WebhookMetrics,
  type WebhookOutcome,
  webhookOutcomes,
} from '../ports/metrics.ts';
export type { ImportObjectOptions, ObjectImports } from '../ports/object-imports.ts';
export type { JoinedPdf, JoinRequest, PdfJoiner, PdfPart } from '../ports/pdf-joiner.ts';
export type {
  BleedWidths,
  LengthUnit,
  PdfEncryption,
  PdfOptions,
  PdfOutputIntent,
  PdfPermission,
  PdfProfile,
  PdfVersion,
  PrinterMarks,
} from '../ports/pdf-options.ts';
export {
  type PreflightBleed,
  type PreflightCheck,
  type PreflightColor,
  type PreflightExpectations,
  type PreflightFinding,
  type PreflightFont,
  type PreflightImage,
  type PreflightLayer,
  type PreflightList,
  type PreflightPage,
  type PreflightProfile,
  type PreflightReport,
  type PreflightSeverity,
  preflightChecks,
} from '../ports/preflight.ts';
export type { PresignedUrls, PresignGetOptions } from '../ports/presigned-urls.ts';
export type { ProvenanceFile, RenderProvenance } from '../ports/provenance.ts';
export { type QueueSize, type QueueState, queueStates } from '../ports/queue-size.ts';
export type { NewRecord, RecordFilter, RecordPage, RecordRows } from '../ports/record-rows.ts';
export {
  type RenderControls,
  type Renderer,
  type RendererHealth,
  type RendererProtections,
  type RenderProgress,
  type RenderRequest,
  type RenderResult,
  type RenderStage,
  renderStages,
} from '../ports/renderer.ts';
export type {
  JpegRendition,
  PageImages,
  PdfRendition,
  PngRendition,
  Rendition,
  RenditionRequest,
} from '../ports/renditions.ts';
export type {
  ErasureReport,
  ErasureScope,
  PurgeOptions,
  RemovedJobs,
  RetentionStore,
  StoredRow,
} from '../ports/retention.ts';
export type { Scratch, ScratchSpace } from '../ports/scratch-space.ts';
export type {
  DueDelivery,
  RunningLimit,
  TenantDispatch,
  WaitingDelivery,
  WaitingTenant,
  WaitingTenantsOptions,
} from '../ports/tenant-dispatch.ts';
export { readTraceContext, type TraceContext } from '../ports/trace-context.ts';
export { noTracer, type Span, type SpanAttributes, type SpanDescription, type Tracer } from '../ports/tracer.ts';
export {
  type NewWebhookEndpoint,
  type PurgeWebhooksOptions,
  type StoredWebhookSecret,
  type WebhookAttemptResult,
  type WebhookClaim,
  type WebhookDelivery,
  type WebhookDeliveryFilter,
  type WebhookDeliveryPage,
  type WebhookDeliveryState,
  type WebhookDisabledReason,
  type WebhookEndpoint,
  type WebhookEndpointChange,
  type WebhookEndpointPage,
  type WebhookError,
  type WebhookMessage,
  type WebhookStore,
  type WebhookTarget,
  webhookDeliveryStates,
  webhookErrors,
} from '../ports/webhook-store.ts';
export {
  BackgroundUploads,
  type BackgroundUploadsOptions,
  type UploadProgress,
} from '../storing/background-uploads.ts';
export { type ByteSpan, checkByteRange, toByteSpan } from '../storing/byte-span.ts';
export { CallsUnderWay, type CallUnderWay } from '../storing/calls-under-way.ts';
export { ContentMeter, checkSha256, type MeasuredContent } from '../storing/content-meter.ts';
export { pullContent } from '../storing/pull-content.ts';
export { type DiscardIncomplete, resolveDiscardIncomplete } from '../storing/resolve-discard-incomplete.ts';
export { VerifiedBody } from '../storing/verified-body.ts';
