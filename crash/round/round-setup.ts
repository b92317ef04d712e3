import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { type Kysely, Kysely as KyselyInstance, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { createTestBucket } from '../../test/kit/test-bucket.ts';
import { createTestDatabase } from '../../test/kit/test-database.ts';
import type { CrashOptions, StoreKind } from '../crash-options.ts';
import { type CrashServers, through } from '../crew/crash-servers.ts';
import type { HostTables } from '../parts/open-parts.ts';
import type {
  FollowerProgram,
  PartsSetup,
  StorePlace,
  SubmitterProgram,
  SweepAges,
  WorkerProgram,
} from '../parts/process-setup.ts';
import { agesUnderFaults } from '../parts/timing.ts';
import type { StepName } from '../steps/steps.ts';

/** What one round is. */
export interface RoundOptions extends Pick<CrashOptions, 'seed' | 'renderer' | 'workers' | 'jobs' | 'kills'> {
  readonly store: StoreKind;
  /** The named steps that it comes to. */
  readonly steps: readonly StepName[];
}

/** Where a round's files, rows and objects are. */
export type RoundPlaces = Awaited<ReturnType<typeof makePlaces>>;

/** Makes an empty database, an empty store and empty folders for a round. */
export async function makePlaces(servers: CrashServers, { store }: RoundOptions) {
  const directory = await servers.makeDirectory(`round-${store}`);
  const folder = async (name: string): Promise<string> => {
    const path = join(directory, name);
    await mkdir(path);
    return path;
  };
  const database = await createTestDatabase({ url: servers.postgres.url, run: `crash_${store}` });
  await migrate(database.url);
  const place = await makeStore(servers, { store, directory: await folder('store') });
  const near: PartsSetup = {
    postgresUrl: database.url,
    redisUrl: servers.redis.url,
    redisPrefix: `crash-${store}`,
    store: place,
  };
  const far: PartsSetup = {
    ...near,
    postgresUrl: through(servers.proxies.postgres, database.url),
    redisUrl: through(servers.proxies.redis, servers.redis.url),
    store: place.kind === 'fs' ? place : { ...place, access: { ...place.access, endpoint: throughS3(servers, place) } },
  };
  const gateFile = join(directory, 'gate');
  const openGateFile = join(directory, 'open-gate');
  writeFileSync(gateFile, '0');
  writeFileSync(openGateFile, 'Infinity');
  return {
    directory,
    /** For the test itself, which sees the servers as they are. */
    near,
    /** For the processes that are tested: through the proxies. */
    far,
    gateFile,
    openGateFile,
    logs: await folder('logs'),
    notes: await folder('notes'),
    scratch: await folder('scratch'),
    rendererDirectory: await folder('renderer'),
  };
}

function throughS3(servers: CrashServers, place: Extract<StorePlace, { readonly kind: 's3' }>): string {
  return new URL(through(servers.proxies.s3, place.access.endpoint)).origin;
}

async function makeStore(
  servers: CrashServers,
  { store, directory }: { readonly store: StoreKind; readonly directory: string },
): Promise<StorePlace> {
  if (store === 'fs') return { kind: 'fs', directory };
  if (servers.s3 === undefined) throw new Error('There is no S3 server.');
  const { endpoint, region, accessKeyId, secretAccessKey } = servers.s3;
  const access = { endpoint, region, accessKeyId, secretAccessKey };
  return { kind: 's3', access, bucket: (await createTestBucket(access)).name };
}

async function migrate(connectionString: string): Promise<void> {
  const db: Kysely<HostTables> = new KyselyInstance({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString }) }),
  });
  await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  await db.schema
    .createTable('crash_orders')
    .addColumn('order_index', 'integer', (column) => column.primaryKey())
    .addColumn('job_id', 'text', (column) => column.notNull())
    .execute();
  await db.destroy();
}

/** What a worker of a round is told. */
export function workerSetup(
  places: RoundPlaces,
  { renderer }: Pick<RoundOptions, 'renderer'>,
  ages: SweepAges = agesUnderFaults,
): WorkerProgram {
  return {
    program: 'worker',
    parts: places.far,
    renderer,
    notesDirectory: places.notes,
    scratchDirectory: places.scratch,
    rendererDirectory: places.rendererDirectory,
    ages,
  };
}

/** What a submitter of a round is told. `name` names its journal. */
export function submitterSetup(
  places: RoundPlaces,
  { seed, renderer }: Pick<RoundOptions, 'seed' | 'renderer'>,
  { name, orders, gateFile }: { readonly name: string; readonly orders: readonly number[]; readonly gateFile: string },
): SubmitterProgram {
  const journalFile = join(places.directory, `journal-${name}`);
  return { program: 'submitter', parts: places.far, seed, renderer, orders, gateFile, journalFile };
}

/** What a follower of a round is told. */
export function followerSetup(places: RoundPlaces, slot: number): FollowerProgram {
  return {
    program: 'follower',
    parts: places.far,
    feedFile: join(places.directory, `feed-${slot}`),
    handledFile: join(places.directory, `handled-${slot}`),
  };
}

/** The numbers of the orders that `--jobs` asks for. */
export const ordersOf = (jobs: number): readonly number[] => Array.from({ length: jobs }, (_, order) => order);
