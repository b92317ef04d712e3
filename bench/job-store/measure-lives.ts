import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { type Db, PgBoss } from 'pg-boss';
import type { PostgresServer } from '../../test/kit/postgres-server.ts';
import { median, pairedRatio } from '../statistics.ts';
import type { Row } from '../suite.ts';
import { countCommits, createDatabase, openPool, poolSize, runSql } from './bench-database.ts';
import { cpuTimeWith } from './cpu-time.ts';
import { liveInOurs, liveInPgBoss, livesPerSecond } from './lives.ts';
import { preparingDatabase } from './preparing-database.ts';

const lives = 300;
const rounds = 11;
const counted = 100;
const queue = 'jobs';

/** Something that does lives, and what it has taken for each round of them. */
interface Subject {
  /** Gets ready for a round. */
  readonly begin: () => Promise<(index: number) => Promise<void>>;
  readonly perSecond: number[];
  readonly cpuMs: number[];
}

const subject = (begin: Subject['begin']): Subject => ({ begin, perSecond: [], cpuMs: [] });

/**
 * A job's whole life, beside pg-boss on the same server, and on SQLite. Ours is measured as the README of core
 * recommends and without prepared statements; pg-boss as it comes, and with all of its statements prepared.
 */
export async function measureLives({ url, directory }: PostgresServer): Promise<Row[]> {
  const [ours, plain, theirs, prepared] = [
    await createDatabase(url, 'ours'),
    await createDatabase(url, 'ours_plain'),
    await createDatabase(url, 'theirs'),
    await createDatabase(url, 'theirs_prepared'),
  ];
  const { life, plainLife, pgBoss, preparedPgBoss } = await compare({ ours, plain, theirs, prepared, directory });
  return [
    // The rounds were taken in turns.
    {
      id: 'life-over-pg-boss',
      ...pairedRatio(life.perSecond, pgBoss.perSecond),
      unit: 'ratio',
      goal: 0.6,
      comparator: '>=',
    },
    { id: 'unprepared-life-over-pg-boss', ...pairedRatio(plainLife.perSecond, pgBoss.perSecond), unit: 'ratio' },
    { id: 'life-over-prepared-pg-boss', ...pairedRatio(life.perSecond, preparedPgBoss.perSecond), unit: 'ratio' },
    { id: 'life-jobs-per-s', value: median(life.perSecond), unit: '1/s', samples: rounds },
    { id: 'pg-boss-jobs-per-s', value: median(pgBoss.perSecond), unit: '1/s', samples: rounds },
    // Of this process and the server. Other work on the machine changes it less than the time on a clock.
    { id: 'life-cpu-ms', value: median(life.cpuMs), unit: 'ms', samples: rounds },
    { id: 'unprepared-life-cpu-ms', value: median(plainLife.cpuMs), unit: 'ms', samples: rounds },
    { id: 'pg-boss-cpu-ms', value: median(pgBoss.cpuMs), unit: 'ms', samples: rounds },
    { id: 'prepared-pg-boss-cpu-ms', value: median(preparedPgBoss.cpuMs), unit: 'ms', samples: rounds },
    ...(await countOurs(ours)),
    ...(await countTheirs(theirs)),
    { id: 'sqlite-life-jobs-per-s', value: await liveOnSqlite(), unit: '1/s', samples: lives },
  ];
}

async function compare(
  on: Readonly<Record<'ours' | 'plain' | 'theirs' | 'prepared' | 'directory', string>>,
): Promise<Readonly<Record<'life' | 'plainLife' | 'pgBoss' | 'preparedPgBoss', Subject>>> {
  await using owned = new AsyncDisposableStack();
  const openOurs = async (url: string, prepares: boolean) => {
    const db = owned.adopt(openPool(url, { prepares }), (pool) => pool.destroy());
    const store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
    return subject(async () => {
      const documentOf = await addDocuments(url, lives);
      return (index) => liveInOurs(store, documentOf(index));
    });
  };
  const openTheirs = async (url: string, db?: Db) => {
    const boss = owned.adopt(await openPgBoss(url, db), (opened) => opened.stop({ graceful: false }));
    await boss.createQueue(queue);
    return subject(async () => () => liveInPgBoss(boss, queue));
  };
  const subjects = {
    life: await openOurs(on.ours, true),
    plainLife: await openOurs(on.plain, false),
    pgBoss: await openTheirs(on.theirs),
    preparedPgBoss: await openTheirs(on.prepared, owned.use(preparingDatabase(on.prepared))),
  };
  const cpuTime = cpuTimeWith(on.directory);
  for (let round = -1; round < rounds; round += 1) {
    for (const { begin, perSecond, cpuMs } of Object.values(subjects)) {
      const live = await begin();
      const before = cpuTime();
      const speed = await livesPerSecond(lives, live);
      // The first round only warms up.
      if (round < 0) continue;
      perSecond.push(speed);
      cpuMs.push((cpuTime() - before) / lives);
    }
  }
  return subjects;
}

async function openPgBoss(connectionString: string, db?: Db): Promise<PgBoss> {
  const options = { connectionString, max: poolSize, supervise: false, schedule: false };
  const boss = new PgBoss(db === undefined ? options : { ...options, db });
  boss.on('error', console.error);
  return await boss.start();
}

/** Uploads for jobs to come, whose ids are told by their number. */
async function addDocuments(url: string, count: number): Promise<(index: number) => string> {
  const batch = randomUUID();
  await runSql(
    url,
    `INSERT INTO pubpipe_artifacts (id, tenant, kind, state, storage_key, file_name, media_type, byte_size, sha256,
        metadata, created_at, expires_at)
      SELECT '${batch}-' || n, 'print-shop', 'upload', 'ready', '${batch}-' || n, 'a.sla', 'application/vnd.scribus',
        1000, repeat('ab', 32), '{}', 0, 9000000000000 FROM generate_series(0, ${count - 1}) AS n`,
    'VACUUM ANALYZE',
  );
  return (index) => `${batch}-${index}`;
}

async function countOurs(url: string): Promise<Row[]> {
  const documentOf = await addDocuments(url, counted);
  let statements = 0;
  const commits = await countCommits(url, async () => {
    const db = openPool(url, {
      log: () => {
        statements += 1;
      },
    });
    const store = await openKyselyJobStore({ db, dialect: 'postgres' });
    statements = 0;
    for (let index = 0; index < counted; index += 1) await liveInOurs(store, documentOf(index));
    await db.destroy();
  });
  return [
    { id: 'life-statements', value: statements / counted, unit: 'statements', samples: counted },
    { id: 'life-commits', value: commits / counted, unit: 'commits', samples: counted },
  ];
}

async function countTheirs(url: string): Promise<Row[]> {
  const opening = await countCommits(url, async () => {
    const boss = await openPgBoss(url);
    await boss.stop({ graceful: false });
  });
  const commits = await countCommits(url, async () => {
    const boss = await openPgBoss(url);
    for (let index = 0; index < counted; index += 1) await liveInPgBoss(boss, queue);
    await boss.stop({ graceful: false });
  });
  return [{ id: 'pg-boss-commits', value: (commits - opening) / counted, unit: 'commits', samples: counted }];
}

async function liveOnSqlite(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  const database = new SQLite(join(directory, 'jobs.db'));
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  try {
    const store = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
    const documents: string[] = [];
    for (let index = 0; index < lives; index += 1) documents.push(await uploadDocument(store));
    return await livesPerSecond(lives, (index) => liveInOurs(store, documents[index] ?? ''));
  } finally {
    await db.destroy();
    await rm(directory, { recursive: true });
  }
}

async function uploadDocument(store: JobStore): Promise<string> {
  const upload = { tenant: 'print-shop', kind: 'upload', fileName: 'a.sla', mediaType: 'text/xml' } as const;
  const { id } = await store.beginArtifact(upload);
  const content = { artifactId: id, byteSize: 1_000, sha256: 'ab'.repeat(32) };
  await store.publishArtifact('print-shop', content, { expiresInMs: 86_400_000 });
  return id;
}
