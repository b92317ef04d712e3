import { Kysely, type LogEvent, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';

/** Connections of everybody's pool, and jobs under way at once. */
export const poolSize = 8;

/** Kysely on a pool of its own. */
export function openPool(url: string, log?: (event: LogEvent) => void): Kysely<unknown> {
  const pool = new Pool({ connectionString: url, max: poolSize });
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
  // Less our own: the reading before.
  return (await commitsOf(url)) - before - 1;
}

async function commitsOf(url: string): Promise<number> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<{ commits: string }>(
      'SELECT xact_commit AS commits FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]?.commits);
  } finally {
    await client.end();
  }
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
}
