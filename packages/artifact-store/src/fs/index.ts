export { createFsArtifactStore, FsArtifactStore } from './fs-artifact-store.ts';
export type { FsArtifactStoreOptions } from './fs-artifact-store-options.ts';
export { createFsScratchSpace, FsScratchSpace } from './fs-scratch-space.ts';
export type { FsScratchSpaceOptions } from './fs-scratch-space-options.ts';
