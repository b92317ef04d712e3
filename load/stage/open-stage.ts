import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { issueApiKey } from '@pubpipe/core/http';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { findFreePort } from '../../test/kit/free-port.ts';
import { createGuardedDirectory } from '../../test/kit/guarded-directory.ts';
import { type ProgramProcess, startProgram } from '../../test/kit/program-process.ts';
import { ApiClient } from '../client/api-client.ts';
import type { ApiSetup, PartsSetup, RendererKind, WorkerSetup } from '../programs/setups.ts';

/** How a stage is set. */
export interface StageOptions {
  /** An empty database of the stage's own. */
  readonly postgresUrl: string;
  readonly redisUrl: string;
  /** What a worker renders with; without one there is no worker. */
  readonly renderer?: RendererKind | undefined;
  /** Each has a client. @defaultValue 1 */
  readonly tenants?: number | undefined;
  /** How long the API waits for the queue, in milliseconds. @defaultValue its own default */
  readonly queueTimeoutMs?: number | undefined;
}

/** An API and a worker, each a process of its own, and clients of the API. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Starts the processes, and waits until they are at work. They end with `close`, and when this process does. */
export async function openStage(options: StageOptions) {
  const { postgresUrl, redisUrl, renderer, tenants = 1, queueTimeoutMs } = options;
  await using resources = new AsyncDisposableStack();
  const directory = await createGuardedDirectory('pubpipe-load-');
  resources.defer(() => directory.remove());
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: postgresUrl }) }),
  });
  resources.defer(() => db.destroy());
  await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });

  const folder = async (name: string): Promise<string> => {
    const path = join(directory.path, name);
    await mkdir(path);
    return path;
  };
  const storeDirectory = await folder('store');
  // Stages share a Redis server, and a database has a name of its own.
  const redisPrefix = `load-${new URL(postgresUrl).pathname.slice(1)}`;
  const parts: PartsSetup = { postgresUrl, redisUrl, redisPrefix, storeDirectory };
  const start = async (program: string, setup: ApiSetup | WorkerSetup): Promise<ProgramProcess> => {
    const path = join(import.meta.dirname, `../programs/${program}.ts`);
    const started = await startProgram({ path, setup, logFile: join(directory.path, `${program}.log`) });
    resources.defer(() => started.kill());
    await started.ready();
    if (started.hasEnded) throw new Error(await started.describe());
    return started;
  };
  const port = await findFreePort();
  const keys = Array.from({ length: tenants }, (_, index) => issueApiKey(`tenant-${index}`));
  const api = await start('api', { parts, port, apiKeys: keys.map(({ stored }) => stored), queueTimeoutMs });
  if (renderer !== undefined) {
    const scratchDirectory = await folder('scratch');
    const rendererDirectory = await folder('renderer');
    await start('worker', { parts, renderer, scratchDirectory, rendererDirectory });
  }
  const clients = keys.map(({ key }) => new ApiClient({ port, key }));
  resources.defer(() => {
    for (const client of clients) client.close();
  });
  const [client] = clients;
  if (client === undefined) throw new RangeError('A stage has at least one tenant.');
  const owned = resources.move();
  return {
    api,
    port,
    storeDirectory,
    /** Of the first tenant. */
    client,
    /** One for each tenant. */
    clients,
    /** Of everything in the database. */
    db,
    close: () => owned.disposeAsync(),
  };
}
