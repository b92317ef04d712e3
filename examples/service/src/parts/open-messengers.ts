import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import type { EventBus, JobQueue } from '@pubpipe/core';
import { createPostgresEventBus } from '@pubpipe/core/kysely';
import { createPostgresBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { Logger } from 'pino';
import type { DatabaseSettings } from '../settings/shared-settings.ts';

/** What wakes workers, and what tells other processes of events. */
export interface Messengers {
  readonly queue: JobQueue;
  readonly bus: EventBus;
  close(): Promise<void>;
}

/** Opens queue and bus: on Redis, or both on PostgreSQL. Neither has to be there yet, or all the time. */
export function openMessengers(settings: DatabaseSettings, logger: Logger): Messengers {
  return settings.QUEUE === 'redis' ? onRedis(settings.REDIS_URL, logger) : onPostgres(settings.DATABASE_URL, logger);
}

function onRedis(url: string, logger: Logger): Messengers {
  // Queue and bus work with copies of it; it never connects itself.
  const connection = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null });
  const queue = createBullMQJobQueue({ connection, logger });
  const bus = createRedisEventBus({ connection, logger });
  return {
    queue,
    bus,
    async close() {
      await Promise.all([queue.close(), bus.close()]);
      connection.disconnect();
    },
  };
}

function onPostgres(url: string, logger: Logger): Messengers {
  const queue = createQueueOnPostgres({ url, logger, migrate: false });
  const bus = createPostgresEventBus({
    logger,
    async connect() {
      const client = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
      await client.connect();
      return client;
    },
  });
  return {
    queue,
    bus,
    async close() {
      await Promise.all([queue.close(), bus.close()]);
    },
  };
}

/** BullMQ keeps its queue in tables of its own schema, which `migrate` makes. */
export function createQueueOnPostgres(options: {
  readonly url: string;
  readonly logger: Logger;
  readonly migrate: boolean;
}): JobQueue {
  const { url, logger, migrate } = options;
  const connection = { connectionString: url, schema: 'bullmq', migrate, max: 4 };
  return createBullMQJobQueue({ backend: createPostgresBackend, connection, logger });
}
