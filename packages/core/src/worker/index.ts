export type { RetentionOptions } from './purge-old.ts';
export type { SweeperOptions } from './start-sweeper.ts';
export { startWorker, type Worker, type WorkerOptions } from './start-worker.ts';
