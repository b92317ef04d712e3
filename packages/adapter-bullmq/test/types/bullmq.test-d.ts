// Only type-checked: what we use of BullMQ, held against the types of both of its versions.
import type { createBullMQJobQueue } from '@pubpipe/adapter-bullmq';
import type { createPostgresBackend, Job, JobsOptions, Queue, QueueOptions, Worker, WorkerOptions } from 'bullmq';
import type {
  Job as Job5,
  JobsOptions as JobsOptions5,
  Queue as Queue5,
  QueueOptions as QueueOptions5,
  Worker as Worker5,
  WorkerOptions as WorkerOptions5,
} from 'bullmq-5';
import type { Redis } from 'ioredis';
import type { BullMQJob, BullMQJobOptions, BullMQQueue, BullMQWorker } from '../../src/queue/bullmq-classes.ts';

type Assignable<_To, _From extends _To> = true;

/** The options that `openBullMQQueue` and `openBullMQWorker` give to BullMQ. */
type OurQueueOptions = { connection: Redis; prefix: string };
type OurWorkerOptions = OurQueueOptions & {
  autorun: boolean;
  drainDelay: number;
  lockDuration: number;
  stalledInterval: number;
  maxStalledCount: number;
  removeOnComplete: { count: number };
  removeOnFail: { count: number };
};

export type Drift = [
  Assignable<BullMQQueue, Queue>,
  Assignable<BullMQQueue, Queue5>,
  Assignable<BullMQWorker, Worker>,
  Assignable<BullMQWorker, Worker5>,
  Assignable<BullMQJob, Job>,
  Assignable<BullMQJob, Job5>,
  Assignable<JobsOptions, BullMQJobOptions>,
  Assignable<JobsOptions5, BullMQJobOptions>,
  Assignable<QueueOptions, OurQueueOptions>,
  Assignable<QueueOptions5, OurQueueOptions>,
  Assignable<WorkerOptions, OurWorkerOptions>,
  Assignable<WorkerOptions5, OurWorkerOptions>,
  // An option that BullMQ no longer knows would be ignored in silence.
  Assignable<keyof WorkerOptions, keyof OurWorkerOptions>,
  Assignable<keyof WorkerOptions5, keyof OurWorkerOptions>,
  Assignable<keyof JobsOptions, keyof BullMQJobOptions>,
  Assignable<keyof JobsOptions5, keyof BullMQJobOptions>,
  // BullMQ 6's other backend goes in as it is.
  Assignable<
    Parameters<typeof createBullMQJobQueue>[0],
    { backend: typeof createPostgresBackend; connection: { connectionString: string; migrate: boolean } }
  >,
];
