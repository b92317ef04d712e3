export {
  type ArtifactStoreCapabilities,
  describeArtifactStore,
  type OpenedArtifactStore,
} from './describe-artifact-store.ts';
export {
  describeRenderer,
  type OpenedRenderer,
  type RenderableDocument,
  type RendererDocuments,
} from './describe-renderer.ts';
export { describeScratchSpace, type OpenedScratchSpace } from './describe-scratch-space.ts';
export { collectBytes, deterministicBytes, inChunks, sha256Of } from './deterministic-content.ts';
export { type SourceEnd, WatchedSource, type WatchedSourceOptions } from './watched-source.ts';
