import { startPostgresServer } from '../../test/kit/postgres-server.ts';
import { startRedisServer } from '../../test/kit/redis-server.ts';
import { createTestDatabase } from '../../test/kit/test-database.ts';

/** The servers of a load test. */
export type LoadServers = Awaited<ReturnType<typeof startLoadServers>>;

/** Starts servers for the test alone. They end when it does, in whatever way. */
export async function startLoadServers() {
  // As in production: a COMMIT waits for the disk.
  const postgres = await startPostgresServer({ fsync: true });
  try {
    const redis = await startRedisServer();
    return {
      redis,
      /** Where a new stage is set: a database of its own, and the Redis that all share. */
      async place() {
        const { url } = await createTestDatabase({ url: postgres.url, run: 'load' });
        return { postgresUrl: url, redisUrl: redis.url };
      },
      stop: async () => void (await Promise.all([postgres.stop(), redis.stop()])),
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
