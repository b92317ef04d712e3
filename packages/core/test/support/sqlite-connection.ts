import Database from 'better-sqlite3';
import { Kysely, type KyselyConfig, SqliteDialect } from 'kysely';

/** Kysely on a SQLite file, or on memory of its own. */
// biome-ignore lint/suspicious/noExplicitAny: each test has tables of its own.
export function openSqlite(file = ':memory:', config: Omit<KyselyConfig, 'dialect'> = {}): Kysely<any> {
  return new Kysely({ ...config, dialect: new SqliteDialect({ database: new Database(file) }) });
}
