// For everybody.

export * from './driver/index.ts';
export { randomId } from './job/random-id.ts';
export { type TryAgainOptions, tryAgain } from './job/try-again.ts';
export { NotificationListeners } from './notifying/notification-listeners.ts';
export {
  NotificationOutbox,
  type OutboxBounds,
  parseNotifications,
  type ReceivedNotifications,
} from './notifying/notification-outbox.ts';
export type { Download, Upload } from './pipeline/artifacts.ts';
export type { BatchCancellation } from './pipeline/batches.ts';
export type {
  ConsumeFeedOptions,
  ConsumerFailure,
  EventConsumer,
  FeedHandler,
} from './pipeline/consume-feed.ts';
export { createPipeline, type Pipeline, type Reference } from './pipeline/create-pipeline.ts';
export type { Dispatcher } from './pipeline/dispatcher.ts';
export type { EraseOptions, Erasure } from './pipeline/erase.ts';
export type { FilesDownload, FilesDownloadOptions, FilesFormat } from './pipeline/files/download-files.ts';
export type { Joining, JoiningOptions } from './pipeline/files/joining-options.ts';
export type { FollowOptions } from './pipeline/follow-events.ts';
export type { ArtifactImport } from './pipeline/import-artifact.ts';
export {
  type MergeJobRequest,
  type MergeOutput,
  mergeOutputs,
  type RecordErrorMode,
  recordErrorModes,
} from './pipeline/merge/merge-job.ts';
export { parseRenditions } from './pipeline/parse-renditions.ts';
export type { TenantPlaces } from './pipeline/pick-fairly.ts';
export type { PipelineOptions, PipelineParts } from './pipeline/pipeline-parts.ts';
export type { RenderAndWaitOptions } from './pipeline/render-and-wait.ts';
export type { RenderJobRequest } from './pipeline/render-job.ts';
export { type ScrubFinding, type ScrubOptions, type ScrubParts, type ScrubReport, scrub } from './pipeline/scrub.ts';
export type { JobRequest, Submission, SubmitOptions } from './pipeline/submit.ts';
export type { SubscribeOptions } from './pipeline/subscribe-feed.ts';
