import { join } from 'node:path';
import { createGuardedDirectory } from '../../../test/kit/guarded-directory.ts';
import { startPostgresServer } from '../../../test/kit/postgres-server.ts';
import { startRedisServer } from '../../../test/kit/redis-server.ts';
import type { RunOptions } from './run-options.ts';
import type { Part } from './run-service.ts';

/** What the processes of the service stand on. */
export interface Servers {
  /** For everything that is written; it goes when this process ends, in whatever way. */
  readonly directory: string;
  /** The settings that lead to the servers. */
  readonly settings: Readonly<Record<string, string>>;
  readonly parts: readonly Part[];
}

/** Starts the servers on free ports of loopback, with their data in temporary directories. */
export async function startServers({ queue }: RunOptions, owned: AsyncDisposableStack): Promise<Servers> {
  const directory = await createGuardedDirectory('pubpipe-service-');
  owned.defer(() => directory.remove());
  const postgres = await startPostgresServer();
  owned.defer(() => postgres.stop());
  const common = {
    DATABASE_URL: postgres.url,
    ARTIFACTS: 'fs',
    ARTIFACTS_DIRECTORY: join(directory.path, 'artifacts'),
  };
  const part = { name: 'PostgreSQL', ended: postgres.ended, describe: async () => '' };
  if (queue === 'postgres') {
    return { directory: directory.path, settings: { ...common, QUEUE: 'postgres' }, parts: [part] };
  }
  const redis = await startRedisServer();
  owned.defer(() => redis.stop());
  return {
    directory: directory.path,
    settings: { ...common, QUEUE: 'redis', REDIS_URL: redis.url },
    parts: [part, { name: 'Redis', ended: redis.ended, describe: async () => '' }],
  };
}
