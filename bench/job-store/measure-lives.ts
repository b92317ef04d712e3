import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { PgBoss } from 'pg-boss';
import { median, pairedRatio } from '../statistics.ts';
import type { Row } from '../suite.ts';
import { countCommits, createDatabase, openPool, poolSize, runSql } from './bench-database.ts';
import { liveInOurs, liveInPgBoss, livesPerSecond } from './lives.ts';

const lives = 300;
const rounds = 11;
const counted = 100;
const queue = 'jobs';

/** A job's whole life, beside pg-boss on the same server, and on SQLite. */
export async function measureLives(serverUrl: string): Promise<Row[]> {
  const ours = await createDatabase(serverUrl, 'ours');
  const theirs = await createDatabase(serverUrl, 'theirs');
  const { perSecond, pgBossPerSecond } = await compare(ours, theirs);
  return [
    // The pairs were taken in turns.
    { id: 'life-over-pg-boss', ...pairedRatio(perSecond, pgBossPerSecond), unit: 'ratio', goal: 0.6, comparator: '>=' },
    { id: 'life-jobs-per-s', value: median(perSecond), unit: '1/s', samples: rounds },
    { id: 'pg-boss-jobs-per-s', value: median(pgBossPerSecond), unit: '1/s', samples: rounds },
    ...(await countOurs(ours)),
    ...(await countTheirs(theirs)),
    { id: 'sqlite-life-jobs-per-s', value: await liveOnSqlite(), unit: '1/s', samples: lives },
  ];
}

async function compare(ours: string, theirs: string) {
  const db = openPool(ours);
  const store = await openKyselyJobStore({ db, dialect: 'postgres', migrate: true });
  const boss = await openPgBoss(theirs);
  await boss.createQueue(queue);
  const [perSecond, pgBossPerSecond]: [number[], number[]] = [[], []];
  try {
    for (let round = -1; round < rounds; round += 1) {
      const documentOf = await addDocuments(ours, lives);
      const our = await livesPerSecond(lives, (index) => liveInOurs(store, documentOf(index)));
      const their = await livesPerSecond(lives, () => liveInPgBoss(boss, queue));
      // The first round only warms up.
      if (round < 0) continue;
      perSecond.push(our);
      pgBossPerSecond.push(their);
    }
  } finally {
    await boss.stop({ graceful: false });
    await db.destroy();
  }
  return { perSecond, pgBossPerSecond };
}

async function openPgBoss(connectionString: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString, max: poolSize, supervise: false, schedule: false });
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
    const db = openPool(url, () => {
      statements += 1;
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
