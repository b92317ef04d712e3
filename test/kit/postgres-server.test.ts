import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { startPostgresServer } from './postgres-server.ts';
import { openTestDatabase } from './shared-postgres.ts';
import { createTestDatabase, dropTestDatabases } from './test-database.ts';

async function query(connectionString: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

it('a PostgreSQL server keeps what was committed through a crash, and nothing is left when it is stopped', async () => {
  const server = await startPostgresServer();
  await query(server.url, 'CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
  await server.crash();
  await expect(query(server.url, 'SELECT 1')).rejects.toThrow();
  await server.start();
  expect(await query(server.url, 'SELECT a FROM t')).toEqual([{ a: 1 }]);
  await server.stop();
  await expect(query(server.url, 'SELECT 1')).rejects.toThrow();
  expect(existsSync(server.directory)).toBe(false);
});

it('a test database begins as its template, which is filled once, and is alone', async () => {
  const first = await openTestDatabase();
  const { url } = first;
  const databases = { url, run: crypto.randomUUID().slice(0, 8) };
  let filled = 0;
  const template = {
    name: 'filled',
    prepare: async (of: string) => {
      filled += 1;
      await query(of, 'CREATE TABLE t (a int); INSERT INTO t VALUES (7)');
    },
  };
  const [one, other] = await Promise.all([
    createTestDatabase(databases, template),
    createTestDatabase(databases, template),
  ]);
  await query(one.url, 'DELETE FROM t');
  expect(await query(other.url, 'SELECT a FROM t')).toEqual([{ a: 7 }]);
  expect(filled).toBe(1);
  await one.drop();
  await expect(query(one.url, 'SELECT 1')).rejects.toThrow();
  await dropTestDatabases(url, databases.run);
  await expect(query(other.url, 'SELECT 1')).rejects.toThrow();
  const left = await query(url, `SELECT datname FROM pg_database WHERE datname LIKE '%${databases.run}%'`);
  expect(left).toEqual([]);
  await first.drop();
});
