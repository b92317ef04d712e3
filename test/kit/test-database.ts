import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';

// A pool of pg says that it has ended before its connections have, and throws what the server tells those meanwhile.
const endingMs = 2_000;
const lookEveryMs = 5;

/** Where databases of tests are made. */
export interface TestDatabases {
  /** For a user who may create databases. */
  readonly url: string;
  /** What the names of one run's databases have in common. */
  readonly run: string;
}

/** A database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, once its connections have ended; those that are still open after a while are cut. */
  drop(): Promise<void>;
}

/** How a database begins, for all who name the same template. */
export interface DatabaseTemplate {
  readonly name: string;
  /** Fills the template, once per run. Must have closed its connections when it resolves. */
  prepare(url: string): Promise<void>;
}

/** Makes a database as a copy of a template, which the first who asks for it fills. */
export async function createTestDatabase(server: TestDatabases, template?: DatabaseTemplate): Promise<TestDatabase> {
  const name = `pubpipe_test_${server.run}_${randomUUID().slice(0, 8)}`;
  const original = template === undefined ? 'template0' : await prepareTemplate(server, template);
  await asAdministrator(server.url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${original}`));
  return {
    url: urlOf(server, name),
    drop: () =>
      asAdministrator(server.url, async (client) => {
        await connectionsEnd(client, name);
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      }),
  };
}

/** Waits, not for ever, until nobody is connected to a database. */
async function connectionsEnd(administrator: Client, database: string): Promise<void> {
  const connected = 'SELECT 1 FROM pg_stat_activity WHERE datname = $1 LIMIT 1';
  for (let waitedMs = 0; waitedMs < endingMs; waitedMs += lookEveryMs) {
    if ((await administrator.query(connected, [database])).rows.length === 0) return;
    await setTimeout(lookEveryMs);
  }
}

/** Removes what is left of a run, its templates included. */
export async function dropTestDatabases(url: string, run: string): Promise<void> {
  await asAdministrator(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname LIKE $1', [
      `pubpipe\\_test\\_${run}%`,
    ]);
    for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  });
}

async function prepareTemplate(server: TestDatabases, template: DatabaseTemplate): Promise<string> {
  const name = `pubpipe_test_${server.run}_${template.name}`;
  await asAdministrator(server.url, async (client) => {
    // The lock ends with the connection. Test files are processes, and several may be the first.
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rows.length > 0) return;
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    try {
      await template.prepare(urlOf(server, name));
    } catch (error) {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      throw error;
    }
  });
  return name;
}

function urlOf({ url }: TestDatabases, name: string): string {
  const named = new URL(url);
  named.pathname = `/${name}`;
  return named.href;
}

async function asAdministrator<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
