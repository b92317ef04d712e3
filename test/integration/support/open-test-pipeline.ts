import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import {
  type ArtifactStore,
  type Clock,
  createPipeline,
  type JobStore,
  type JoiningOptions,
  type Logger,
  type Metrics,
  noMetrics,
  type ObjectImports,
  type Renderer,
  type ScratchSpace,
  type Tracer,
} from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { startWorker, type WorkerOptions } from '@pubpipe/core/worker';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { onTestFinished } from 'vitest';

/** What a test may put around the real parts. */
export interface TestPipelineOptions {
  readonly renderer: Renderer;
  readonly worker?: Omit<WorkerOptions, 'renderer' | 'scratchSpace'>;
  readonly aroundArtifactStore?: (store: ArtifactStore) => ArtifactStore;
  readonly aroundJobStore?: (store: JobStore) => JobStore;
  readonly aroundScratchSpace?: (space: ScratchSpace) => ScratchSpace;
  readonly objectImports?: ObjectImports;
  /** Joins PDFs, in the scratch space of the attempts. */
  readonly joining?: Omit<JoiningOptions, 'scratchSpace'>;
  readonly metrics?: Metrics;
  readonly tracer?: Tracer;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly eventPollMs?: number;
  /** Called with each statement that the database is asked. */
  readonly onStatement?: (sql: string) => void;
  /** False leaves jobs queued. */
  readonly startWorker?: boolean;
  /** Where attempts work, when it matters. */
  readonly scratchDirectory?: string;
}

/** A whole pipeline on a SQLite file and the file system, in a directory of its own, until the test has finished. */
export async function openTestPipeline(options: TestPipelineOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-test-'));
  const db = new Kysely<unknown>({
    dialect: new SqliteDialect({ database: new SQLite(join(directory, 'jobs.db')) }),
    log: ({ query }) => options.onStatement?.(query.sql),
  });
  const opened = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
  const fsStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
  const { scratchDirectory = join(directory, 'scratch') } = options;
  const fsScratchSpace = createFsScratchSpace({ directory: scratchDirectory });
  const scratchSpace = options.aroundScratchSpace?.(fsScratchSpace) ?? fsScratchSpace;
  const queue = createInProcessQueue();
  const bus = createInProcessEventBus();
  const jobStore = options.aroundJobStore?.(opened as JobStore) ?? (opened as JobStore);
  const artifactStore = options.aroundArtifactStore?.(fsStore) ?? fsStore;
  const pipeline = createPipeline({
    jobStore,
    artifactStore,
    queue,
    bus,
    objectImports: options.objectImports,
    joining: options.joining && { ...options.joining, scratchSpace },
    metrics: options.metrics ?? noMetrics,
    tracer: options.tracer,
    logger: options.logger,
    clock: options.clock,
    eventPollMs: options.eventPollMs,
  });
  const start = () =>
    startWorker(pipeline, { retry: { baseDelayMs: 1 }, ...options.worker, renderer: options.renderer, scratchSpace });
  const workers = options.startWorker === false ? [] : [start()];
  const stopWorkers = async () => {
    await Promise.all(workers.map((worker) => worker.close()));
  };
  onTestFinished(async () => {
    await stopWorkers();
    await pipeline.close();
    await queue.close();
    await bus.close();
    await db.destroy();
    await fsStore.close();
    await rm(directory, { recursive: true });
  });
  return {
    pipeline,
    directory,
    jobStore,
    db,
    startWorker: () => {
      const worker = start();
      workers.push(worker);
      return worker;
    },
    /** Waits until nothing goes on: a job is visibly complete before its attempt has cleaned up. */
    stopWorkers,
    /** Names of what attempts have left in the scratch space. */
    scratchLeftovers: () => readdir(scratchDirectory),
    uploadText: (fileName: string, text: string) =>
      pipeline.upload({
        fileName,
        content: (async function* () {
          yield Buffer.from(text);
        })(),
      }),
  };
}

/** {@link openTestPipeline}'s result. */
export type TestPipeline = Awaited<ReturnType<typeof openTestPipeline>>;

/** Reads a stream of bytes as text. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
