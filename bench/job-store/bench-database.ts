import { setTimeout } from 'node:timers/promises';
import { prepareStatements } from '@pubpipe/core/kysely';
import { Kysely, type LogEvent, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';

/** Connections of everybody's pool, and jobs under way at once. */
export const poolSize = 8;

interface PoolOptions {
  /** Whether the server keeps the statements of a life, as the README of core recommends. @defaultValue true */
  readonly prepares?: boolean;
  readonly log?: (event: LogEvent) => void;
}

/** Kysely on a pool of its own. */
export function openPool(url: string, { prepares = true, log }: PoolOptions = {}): Kysely<unknown> {
  const own = new Pool({ connectionString: url, max: poolSize });
  const pool = prepares ? prepareStatements(own) : own;
  return new Kysely({ dialect: new PostgresDialect({ pool }), ...(log === undefined ? {} : { log }) });
}

/** Runs statements on a connection of their own. */
export async function runSql(url: string, ...statements: readonly string[]): Promise<void> {
  const client = await connect(url);
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** Makes an empty database on the server of `url` and answers its own url. */
export async function createDatabase(url: string, name: string): Promise<string> {
  await runSql(url, `CREATE DATABASE ${name}`);
  const named = new URL(url);
  named.pathname = `/${name}`;
  return named.href;
}

/**
 * Counts the transactions that `work` commits in the database. `work` closes its connections: what a
 * connection has done is counted for certain when it ends.
 */
export async function countCommits(url: string, work: () => Promise<void>): Promise<number> {
  const before = await commitsOf(url);
  await work();
  return (await commitsOf(url)) - before;
}

async function commitsOf(url: string): Promise<number> {
  const named = new URL(url);
  // Of another database, so that our own reading is not counted.
  const name = named.pathname.slice(1);
  named.pathname = '/postgres';
  const client = await connect(named.href);
  try {
    for (let looks = 0; looks < 500; looks += 1) {
      const { rows } = await client.query<{ commits: string; open: string }>(
        `SELECT xact_commit AS commits, (SELECT count(*) FROM pg_stat_activity WHERE datname = $1) AS open
          FROM pg_stat_database WHERE datname = $1`,
        [name],
      );
      if (rows[0]?.open === '0') return Number(rows[0].commits);
      await setTimeout(10);
    }
    throw new Error(`Somebody is still connected to ${name}.`);
  } finally {
    await client.end();
  }
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
}
