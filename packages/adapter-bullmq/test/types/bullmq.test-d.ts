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
import type {
  BullMQJob,
  BullMQJobOptions,
  BullMQQueue,
  BullMQWorker,
  toQueueOptions,
  toWorkerOptions,
} from '../../src/queue/bullmq-classes.ts';

type Assignable<_To, _From extends _To> = true;

/** The options that we give to BullMQ, on Redis. */
type OnRedis<Options> = Omit<Options, 'connection' | 'prefix'> & { connection: Redis; prefix: string };
type OurQueueOptions = OnRedis<ReturnType<typeof toQueueOptions>>;
type OurWorkerOptions = OnRedis<ReturnType<typeof toWorkerOptions>>;

export type Drift = [
  Assignable<BullMQQueue, Queue>,
  Assignable<BullMQQueue, Queue5>,
  Assignable<BullMQWorker, Worker>,
  Assignable<BullMQWorker, Worker5>,
  // Only 6 has backends, of which one has to be told to end a call that is blocked.
  Assignable<Required<BullMQWorker>, Worker>,
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
