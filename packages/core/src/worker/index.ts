export type { SweeperOptions } from './start-sweeper.ts';
export { startWorker, type Worker, type WorkerOptions } from './start-worker.ts';
