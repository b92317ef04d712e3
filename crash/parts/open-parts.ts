import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { createPipeline, type Logger } from '@pubpipe/core';
import { openKyselyJobStore, prepareStatements } from '@pubpipe/core/kysely';
import { Redis } from 'ioredis';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { stderrLogger } from '../../test/kit/stderr-logger.ts';
import { noTrap, type StepTrap } from '../steps/step-trap.ts';
import { openStore } from './open-store.ts';
import { patiently } from './patiently.ts';
import type { PartsSetup } from './process-setup.ts';
import { uploadExpiresInMs } from './timing.ts';

/** The tables of the host beside ours. */
export interface HostTables {
  /** An order and its job, written in one transaction. */
  crash_orders: { order_index: number; job_id: string };
}

/** What a process works with. */
export type Parts = Awaited<ReturnType<typeof openParts>>;

/** Opens all that a process of the test works with, on real servers; `trap` is where it kills itself. */
export async function openParts(
  setup: PartsSetup,
  { trap = noTrap, logger = stderrLogger }: { readonly trap?: StepTrap; readonly logger?: Logger } = {},
) {
  const pool = new Pool({
    connectionString: setup.postgresUrl,
    max: 8,
    connectionTimeoutMillis: 5_000,
    // What a process that stands still has locked is free again.
    idle_in_transaction_session_timeout: 10_000,
    statement_timeout: 15_000,
    query_timeout: 20_000,
    Client: trap.clientClass,
  });
  // A server that ends tells each connection; whoever uses the connection next learns it from an error of its own.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<HostTables>({ dialect: new PostgresDialect({ pool: prepareStatements(pool) }) });
  const jobStore = trap.around('jobStore', await patiently(() => openKyselyJobStore({ db, dialect: 'postgres' })));
  const opened = await openStore(setup.store);
  const artifactStore = trap.around('artifactStore', opened.artifactStore);
  const connection = new Redis(setup.redisUrl, { maxRetriesPerRequest: null, lazyConnect: true });
  const shared = { connection, prefix: setup.redisPrefix, logger };
  const openedQueue = createBullMQJobQueue({ ...shared, lockDurationMs: 5_000, stalledIntervalMs: 3_000 });
  const queue = trap.around('queue', openedQueue);
  const bus = createRedisEventBus(shared);
  const pipeline = createPipeline({
    jobStore,
    artifactStore,
    queue,
    bus,
    logger,
    uploadExpiresInMs,
    eventPollMs: 1_000,
  });
  return {
    db,
    jobStore,
    artifactStore,
    queue,
    pipeline,
    async close(): Promise<void> {
      await pipeline.close();
      await Promise.all([queue.close(), bus.close(), artifactStore.close()]);
      opened.close();
      connection.disconnect();
      await db.destroy();
    },
  };
}
