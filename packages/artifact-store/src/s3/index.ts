export { createS3ArtifactStore, S3ArtifactStore } from './s3-artifact-store.ts';
export type { ReplayMode, S3ArtifactStoreOptions } from './s3-artifact-store-options.ts';
