import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { concurrency, type QueueSubject, type Setting } from './queue-subjects.ts';

/** What BullMQ needs. */
export interface BullMQPlace {
  readonly redisUrl: string;
  readonly prefix: string;
}

const quickMs = 5_000;

/** BullMQ on Redis, as its own documents use it. */
export async function openRawBullMQ({ redisUrl, prefix }: BullMQPlace, setting: Setting): Promise<QueueSubject> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue('jobs', { connection, prefix });
  const quick = setting === 'quick-recovery' ? { lockDuration: quickMs, stalledInterval: quickMs } : {};
  let worker: Worker<{ readonly job: string }> | undefined;
  return {
    async submit(job) {
      await queue.add('job', { job }, { removeOnComplete: true });
    },
    async startWorker(work) {
      const options = { connection, prefix, concurrency, ...quick };
      worker = new Worker<{ readonly job: string }>('jobs', ({ data }) => work(data.job), options);
      worker.on('error', console.error);
      await worker.waitUntilReady();
    },
    async isSettled() {
      const counts = await queue.getJobCounts('active', 'waiting', 'prioritized', 'delayed');
      return Object.values(counts).every((count) => count === 0);
    },
    async close() {
      await worker?.close();
      await queue.close();
      connection.disconnect();
    },
  };
}
