export { createInProcessEventBus } from './in-process-event-bus.ts';
export { createInProcessQueue, type InProcessQueueOptions } from './in-process-queue.ts';
export { createMemoryArtifactStore, type MemoryArtifactStoreOptions } from './memory-artifact-store.ts';
