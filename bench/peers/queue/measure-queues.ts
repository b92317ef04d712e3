import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresServer } from '../../../test/kit/postgres-server.ts';
import { startRedisServer } from '../../../test/kit/redis-server.ts';
import { createDatabase } from '../../job-store/bench-database.ts';
import type { Row } from '../../suite.ts';
import { measureKilledWorkers } from './measure-killed.ts';
import { measureQueueSpeed } from './measure-speed.ts';
import type { QueuePlace } from './queue-subjects.ts';

/** Queues: our job store with our queue on BullMQ, beside BullMQ and pg-boss alone. */
export async function measureQueues(rounds: number): Promise<readonly Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  const [redis, postgres] = await Promise.all([startRedisServer(), startPostgresServer()]);
  let places = 0;
  const freshPlace = async (): Promise<QueuePlace> => {
    places += 1;
    const name = `place_${places}`;
    const postgresUrl = await createDatabase(postgres.url, name);
    return { postgresUrl, redisUrl: redis.url, prefix: name, directory: join(directory, name) };
  };
  try {
    return [...(await measureQueueSpeed(freshPlace, rounds)), ...(await measureKilledWorkers(freshPlace))];
  } finally {
    await Promise.all([redis.stop(), postgres.stop()]);
    await rm(directory, { recursive: true });
  }
}
