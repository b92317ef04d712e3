import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PubpipeRouterOptions, pubpipeRouter } from '@pubpipe/adapter-express';
import { pubpipePage } from '@pubpipe/adapter-express/page';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { type ArtifactStore, createPipeline, type Pipeline, type Renderer } from '@pubpipe/core';
import { createApiKeys, issueApiKey } from '@pubpipe/core/http';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { startWorker } from '@pubpipe/core/worker';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { createScribusMerger } from '@pubpipe/scribus-runner/merge';
import SQLite from 'better-sqlite3';
import express from 'express';
import { Kysely, SqliteDialect } from 'kysely';
import { findFreePort } from '../../kit/free-port.ts';

/** An application with a page, and everything behind it, as its users have it. */
export interface PrintShop {
  /** Where the page is. */
  readonly address: string;
  readonly key: string;
  readonly pipeline: () => Pipeline;
  /** Takes no more jobs: they stay queued. */
  readonly stopWorker: () => Promise<void>;
  readonly startWorker: () => void;
  /** Ends the server and all behind it; what is on the disk stays. */
  readonly stop: () => Promise<void>;
  /** Begins again where `stop` left, at the same address. */
  readonly start: () => Promise<void>;
  /** Ends it for good. */
  readonly close: () => Promise<void>;
}

/** What a print shop is made of. */
export interface PrintShopOptions {
  /** The caller's, who closes it. */
  readonly renderer: Renderer;
  /** Everybody may do everything, without a key. @defaultValue false */
  readonly isOpenToAll?: boolean;
  /** Adds links that work without the key. @defaultValue none */
  readonly signedLinks?: PubpipeRouterOptions['signedLinks'];
  readonly aroundArtifactStore?: (store: ArtifactStore) => ArtifactStore;
}

/** Starts a print shop on SQLite and the file system. */
export async function startPrintShop(options: PrintShopOptions): Promise<PrintShop> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-page-'));
  const port = await findFreePort();
  const { key, stored } = issueApiKey('print-shop');
  const { identify } = createApiKeys([stored]);
  const { signedLinks } = options;
  const access = {
    signedLinks,
    ...(options.isOpenToAll === true ? { allowAnonymous: true } : { authenticate: identify }),
  };
  const open = () => openParts(options, { directory, port, access });
  let parts = await open();
  return {
    address: `http://127.0.0.1:${port}/print/page/`,
    key,
    pipeline: () => parts.pipeline,
    stopWorker: () => parts.stopWorker(),
    startWorker: () => parts.startWorker(),
    stop: () => parts.close(),
    async start() {
      parts = await open();
    },
    async close() {
      await parts.close();
      await rm(directory, { recursive: true });
    },
  };
}

interface Place {
  readonly directory: string;
  readonly port: number;
  readonly access: PubpipeRouterOptions;
}

async function openParts({ renderer, aroundArtifactStore }: PrintShopOptions, { directory, port, access }: Place) {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new SQLite(join(directory, 'jobs.db')) }) });
  const jobStore = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
  const fsStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
  const artifactStore = aroundArtifactStore?.(fsStore) ?? fsStore;
  const scratchSpace = createFsScratchSpace({ directory: join(directory, 'scratch') });
  const queue = createInProcessQueue();
  const bus = createInProcessEventBus();
  const pipeline = createPipeline({
    jobStore,
    artifactStore,
    queue,
    bus,
    joining: { joiner: createPdfJoiner(), scratchSpace },
  });
  const merging = { merger: createScribusMerger(renderer), pdfJoiner: createPdfJoiner() };
  const startOne = () => startWorker(pipeline, { renderer, scratchSpace, ...merging });
  let worker: ReturnType<typeof startOne> | undefined = startOne();
  const router = pubpipeRouter(pipeline, access);
  const app = express();
  app.use('/print/page', pubpipePage());
  app.use('/print', router);
  const server = createServer(app);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stopWorker = async () => {
    await worker?.close();
    worker = undefined;
  };
  return {
    pipeline,
    stopWorker,
    startWorker: () => {
      worker = startOne();
    },
    async close() {
      router.close();
      await closeServer(server);
      await stopWorker();
      await pipeline.close();
      for (const part of [queue, bus, artifactStore]) await part.close();
      await db.destroy();
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
