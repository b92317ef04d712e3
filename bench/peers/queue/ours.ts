import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createBullMQJobQueue } from '@pubpipe/adapter-bullmq';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus } from '@pubpipe/core/memory';
import { startWorker, type Worker } from '@pubpipe/core/worker';
import { Redis } from 'ioredis';
import { openPool } from '../../job-store/bench-database.ts';
import { createIdleRenderer } from '../../queue/idle-renderer.ts';
import { concurrency, type QueueSubject, type Setting } from './queue-subjects.ts';

/** What ours needs. */
export interface OursPlace {
  readonly postgresUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly directory: string;
}

const quickMs = 5_000;

/** Our job store on PostgreSQL with our queue on BullMQ and Redis. */
export async function openOurs(place: OursPlace, setting: Setting): Promise<QueueSubject> {
  const { postgresUrl, redisUrl, prefix, directory } = place;
  await mkdir(directory, { recursive: true });
  const db = openPool(postgresUrl);
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, lazyConnect: true });
  const quick = setting === 'quick-recovery' ? { lockDurationMs: quickMs, stalledIntervalMs: quickMs } : {};
  const queue = createBullMQJobQueue({ connection, prefix, ...quick });
  const jobStore = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  const artifactStore = createFsArtifactStore({ directory: join(directory, 'artifacts'), durable: false });
  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus: createInProcessEventBus() });
  const documents = new Map<string, Promise<{ readonly id: string }>>();
  let worker: Worker | undefined;
  return {
    async submit(job) {
      const upload = documents.get(job) ?? pipeline.upload({ fileName: `${job}.sla`, content: oneChunk() });
      documents.set(job, upload);
      await pipeline.submit({ document: (await upload).id, renditions: [{ kind: 'pdf' }] });
    },
    async startWorker(work) {
      const renderer = createIdleRenderer(concurrency, (document) => work(document.replace(/\.sla$/, '')));
      const scratchSpace = createFsScratchSpace({ directory: join(directory, 'scratch') });
      worker = startWorker(pipeline, {
        renderer,
        scratchSpace,
        ...(setting === 'quick-recovery' ? { leaseMs: quickMs } : {}),
      });
    },
    async isSettled() {
      const size = await jobStore.queueSize();
      return Object.values(size).every((count) => count === 0);
    },
    async close() {
      await worker?.close();
      await pipeline.close();
      await queue.close();
      connection.disconnect();
      await db.destroy();
    },
  };
}

async function* oneChunk() {
  yield Buffer.from('x');
}
