import { join } from 'node:path';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline, type Pipeline } from '@pubpipe/core';
import { type HostTransaction, openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { createPrometheusMetrics } from '@pubpipe/core/prometheus';
import { startWorker } from '@pubpipe/core/worker';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import type { Registry } from 'prom-client';
import type { ShopDatabase } from '../shop/shop-database.ts';
import { markEndedJobs } from './mark-ended-jobs.ts';

/** What the shop prints with. */
export interface Printing {
  readonly pipeline: Pipeline<HostTransaction>;
  close(): Promise<void>;
}

/** Puts a pipeline into the shop: on its database, with its metrics, in its process. Nothing else has to run. */
export async function openPrinting(shop: {
  readonly db: ShopDatabase;
  readonly registry: Registry;
  readonly directory: string;
}): Promise<Printing> {
  const { db, registry, directory } = shop;
  // The tables are pubpipe_jobs and so on, and the shop's plugins are not asked.
  const jobStore = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  // The shop measures requests itself.
  const metrics = createPrometheusMetrics({ registry, jobStore, prefix: 'print_', http: false });
  const artifactStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
  const queue = createInProcessQueue();
  const bus = createInProcessEventBus();
  const renderer = createScribusRenderer({ metrics });
  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus, metrics, logger: console });
  const worker = startWorker(pipeline, { renderer, scratchSpace: createFsScratchSpace() });
  await markEndedJobs(pipeline, db);
  return {
    pipeline,
    async close() {
      await worker.close({ drainTimeoutMs: 10_000 });
      // It ends the consumer too.
      await pipeline.close();
      await Promise.all([queue.close(), bus.close(), renderer.close(), artifactStore.close()]);
    },
  };
}
