export {
  type ArtifactStoreCapabilities,
  describeArtifactStore,
  type OpenedArtifactStore,
} from './describe-artifact-store.ts';
export { describeEventBus, type OpenedEventBus } from './describe-event-bus.ts';
export { describeJobQueue, type OpenedJobQueue } from './describe-job-queue.ts';
export { describeJobStore, type OpenedJobStore } from './describe-job-store.ts';
export {
  describeMerger,
  type MergerTemplates,
  type OpenedMerger,
} from './describe-merger.ts';
export { describePdfJoiner, type InspectedPdf, type OpenedPdfJoiner } from './describe-pdf-joiner.ts';
export {
  describeRenderer,
  type OpenedRenderer,
  type RenderableDocument,
  type RendererDocuments,
} from './describe-renderer.ts';
export { describeScratchSpace, type OpenedScratchSpace } from './describe-scratch-space.ts';
export { collectBytes, deterministicBytes, inChunks, sha256Of, sha256OfContent } from './deterministic-content.ts';
export { type Fault, type FaultPlan, failing } from './failing.ts';
export { type SourceEnd, WatchedSource, type WatchedSourceOptions } from './watched-source.ts';
