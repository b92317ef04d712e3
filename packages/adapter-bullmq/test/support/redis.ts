import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { openSharedRedis } from '../../../../test/kit/shared-redis.ts';

/** The place of a test file on the shared Redis. */
export interface TestRedis {
  /** A host's own connection. */
  readonly connection: Redis;
  /** What the names of all keys of the file begin with. */
  readonly prefix: string;
  /** Names of all keys of the file, in order. */
  keys(): Promise<readonly string[]>;
}

/** Gives the tests of a file a place on the shared Redis, which is emptied after the last. To be read while a test runs. */
export function useRedis(): () => TestRedis {
  let redis: TestRedis | undefined;
  beforeAll(async () => {
    const { url, prefix } = await openSharedRedis();
    const connection = new Redis(url);
    redis = { connection, prefix, keys: () => keysOf(connection, prefix) };
  });
  afterAll(async () => {
    if (redis === undefined) return;
    const keys = await redis.keys();
    if (keys.length > 0) await redis.connection.unlink(...keys);
    await redis.connection.quit();
  });
  return () => {
    if (redis === undefined) throw new Error('Redis is there only while a test runs.');
    return redis;
  };
}

async function keysOf(connection: Redis, prefix: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const keys of connection.scanStream({ match: `${prefix}*` })) found.push(...(keys as string[]));
  return [...new Set(found)].toSorted();
}
