import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline, type EventBus, type JobQueue, type JobStore, type PipelineOptions } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { startWorker, type WorkerOptions } from '@pubpipe/core/worker';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { onTestFinished } from 'vitest';
import { openTestDatabase } from '../../kit/shared-postgres.ts';

/** What processes tell each other with: one of each for every process. */
export interface Messengers {
  readonly queue: JobQueue;
  readonly bus: EventBus;
  /** Resolves when the bus hears what others publish. */
  readonly ready: () => Promise<unknown>;
}

/**
 * A job store on a PostgreSQL database of the test's own, and a file system. Each pipeline is one as of a process of its
 * own: it shares only these, and what its messengers lead to.
 */
export async function openOnPostgres() {
  const database = await openTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-postgres-test-'));
  const closers: (() => Promise<unknown>)[] = [
    async () => {
      await database.drop();
      await rm(directory, { recursive: true });
    },
  ];
  onTestFinished(async () => {
    for (const close of closers.toReversed()) await close();
  });
  const artifactStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
  const scratchSpace = createFsScratchSpace({ directory: join(directory, 'scratch') });
  closers.push(() => artifactStore.close());

  return {
    url: database.url,
    artifactStore,
    /** To be closed after the pipelines that were opened later. */
    onClose: (close: () => Promise<unknown>) => void closers.push(close),
    async openPipeline(open: () => Messengers, options: Partial<PipelineOptions> = {}) {
      const db = new Kysely<unknown>({
        dialect: new PostgresDialect({ pool: new Pool({ connectionString: database.url }) }),
      });
      const jobStore = (await openKyselyJobStore({ db, dialect: 'postgres', migrate: true })) as JobStore;
      const { queue, bus, ready } = open();
      await ready();
      const pipeline = createPipeline({ jobStore, artifactStore, queue, bus, ...options });
      const workers: ReturnType<typeof startWorker>[] = [];
      closers.push(async () => {
        await Promise.all(workers.map((worker) => worker.close()));
        await pipeline.close();
        await Promise.all([queue.close(), bus.close()]);
        await db.destroy();
      });
      return {
        pipeline,
        db,
        upload: async (text = 'a document') =>
          await pipeline.upload({
            fileName: 'card.sla',
            content: (async function* () {
              yield Buffer.from(text);
            })(),
          }),
        startWorker: (workerOptions: Omit<WorkerOptions, 'scratchSpace'>) => {
          const worker = startWorker(pipeline, { retry: { baseDelayMs: 1 }, ...workerOptions, scratchSpace });
          workers.push(worker);
          return worker;
        },
      };
    },
  };
}
