// The application that fragments of the guide take for given (tools/code-blocks/given.d.ts), for real: preloaded before a
// fragment, whose last line is `await closeGiven()`.
import { createReadStream } from 'node:fs';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import { startWorker } from '@pubpipe/core/worker';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';

const db = new Kysely<Record<'orders', Record<'id' | 'state', string>>>({
  dialect: new SqliteDialect({ database: new SQLite(':memory:') }),
});
await db.schema.createTable('orders').addColumn('id', 'text').addColumn('state', 'text').execute();
await db.insertInto('orders').values({ id: '7', state: 'new' }).execute();

const jobStore = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
const artifactStore = createMemoryArtifactStore();
const queue = createInProcessQueue();
const bus = createInProcessEventBus();
const pipeline = createPipeline({ jobStore, artifactStore, queue, bus });
const renderer = createScribusRenderer();
const scratchSpace = createFsScratchSpace();
const worker = startWorker(pipeline, { renderer, scratchSpace });
const document = await pipeline.upload({ fileName: 'card.sla.gz', content: createReadStream('card.sla.gz') });

async function closeGiven(): Promise<void> {
  await worker.close();
  await pipeline.close();
  await Promise.all([renderer.close(), queue.close(), bus.close(), artifactStore.close()]);
  await db.destroy();
}
Object.assign(globalThis, { db, jobStore, artifactStore, queue, bus, pipeline, renderer, document, closeGiven });
