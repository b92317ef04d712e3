export { createRedisEventBus, type RedisEventBus, type RedisEventBusOptions } from './bus/redis-event-bus.ts';
export { createBullMQJobQueue } from './queue/bullmq-job-queue.ts';
export type {
  BullMQJobQueueOptions,
  BullMQJobQueueSettings,
  BullMQOnBackend,
  BullMQOnRedis,
} from './queue/bullmq-job-queue-options.ts';
export { type BullMQWorkerOptions, startBullMQWorker } from './start-bullmq-worker.ts';
