import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore, prepareStatements } from '@pubpipe/core/kysely';
import { createPrometheusMetrics } from '@pubpipe/core/prometheus';
import { Redis } from 'ioredis';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { stderrLogger } from '../../test/kit/stderr-logger.ts';
import type { PartsSetup } from './setups.ts';

/** Opens what both processes work with, set up as the READMEs recommend. */
export async function openParts({ postgresUrl, redisUrl, redisPrefix, storeDirectory }: PartsSetup) {
  const pool = new Pool({ connectionString: postgresUrl, max: 10 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: prepareStatements(pool) }) });
  const jobStore = (await openKyselyJobStore({ db, dialect: 'postgres' })) as JobStore;
  const artifactStore = createFsArtifactStore({ directory: storeDirectory });
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, lazyConnect: true });
  const registry = new Registry();
  const metrics = createPrometheusMetrics({ registry, jobStore });
  return {
    jobStore,
    artifactStore,
    registry,
    metrics,
    /** For what works on Redis. */
    onRedis: { connection, prefix: redisPrefix, logger: stderrLogger },
    async close(): Promise<void> {
      connection.disconnect();
      await artifactStore.close();
      await db.destroy();
    },
  };
}
