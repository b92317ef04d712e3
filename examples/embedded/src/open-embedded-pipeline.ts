import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline, type Pipeline } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { startWorker } from '@pubpipe/core/worker';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';

/** A pipeline with a worker in this process. Jobs and files are kept in `directory`; there is no other service. */
export async function openEmbeddedPipeline(
  directory: string,
): Promise<{ pipeline: Pipeline; close: () => Promise<void> }> {
  await mkdir(directory, { recursive: true });
  const db = new Kysely({ dialect: new SqliteDialect({ database: new SQLite(join(directory, 'jobs.sqlite')) }) });
  const jobStore = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
  const artifactStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
  const queue = createInProcessQueue();
  const bus = createInProcessEventBus();
  const renderer = createScribusRenderer();

  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus });
  const worker = startWorker(pipeline, { renderer, scratchSpace: createFsScratchSpace() });

  async function close(): Promise<void> {
    await worker.close();
    await pipeline.close();
    for (const part of [renderer, queue, bus, artifactStore]) await part.close();
    await db.destroy();
  }
  return { pipeline, close };
}
