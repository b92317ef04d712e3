import { type Kysely, sql } from 'kysely';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import { migrations } from './migrations.ts';
import { setUpConnection } from './set-up-connection.ts';
import { sqliteDialect } from './sql-dialect.ts';
import { translated } from './store-context.ts';
import { checkTablePrefix } from './table-names.ts';

/** Which database, and under which names. */
export interface SchemaOptions {
  /** The application's own Kysely instance: it stays open, and its plugins are not used. */
  // biome-ignore lint/suspicious/noExplicitAny: any host database will do; our tables are named by us.
  readonly db: Kysely<any>;
  /** What `db` talks to. PostgreSQL is to come. */
  readonly dialect: 'sqlite';
  /** Put before the name of each table and index. @defaultValue 'pubpipe_' */
  readonly tablePrefix?: string | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Brings the schema up to date and returns the names of the migrations it applied. Only what is
 * missing is applied, so calling it again, also from several processes at once, is harmless.
 *
 * @throws PubpipeError `SCHEMA_OUTDATED` when a newer version of this package has migrated the database.
 * @throws PubpipeError `JOB_STORE_UNAVAILABLE` when the database can't be reached.
 */
export async function migrateJobStore(options: SchemaOptions): Promise<readonly string[]> {
  // One connection, because BEGIN IMMEDIATE must hold the write lock before the history is read.
  const connections = options.db.withoutPlugins().connection();
  return await translated(() => connections.execute((connection) => migrateOn(connection, options)));
}

// biome-ignore lint/suspicious/noExplicitAny: see SchemaOptions.
async function migrateOn(connection: Kysely<any>, options: SchemaOptions): Promise<readonly string[]> {
  const { prefix, table, dialect, clock } = resolve(options);
  await setUpConnection(connection, dialect);
  await sql.raw('BEGIN IMMEDIATE').execute(connection);
  try {
    await sql`CREATE TABLE IF NOT EXISTS ${table} (name text PRIMARY KEY, applied_at bigint NOT NULL)`.execute(
      connection,
    );
    const missing = missingAfter(await appliedNames(connection, table));
    for (const { name, statements } of missing) {
      for (const statement of statements({ prefix, jsonType: dialect.jsonType })) {
        await sql.raw(statement).execute(connection);
      }
      await sql`INSERT INTO ${table} (name, applied_at) VALUES (${name}, ${clock.now()})`.execute(connection);
    }
    await sql.raw('COMMIT').execute(connection);
    return missing.map(({ name }) => name);
  } catch (error) {
    await sql.raw('ROLLBACK').execute(connection);
    throw error;
  }
}

/**
 * Checks that the schema is the one this version works with.
 *
 * @throws PubpipeError `SCHEMA_OUTDATED` when migrations are missing, or a newer version has migrated the database.
 * @throws PubpipeError `JOB_STORE_UNAVAILABLE` when the database can't be reached.
 */
export async function checkSchema(options: SchemaOptions): Promise<void> {
  const { prefix, table, dialect } = resolve(options);
  const db = options.db.withoutPlugins();
  const applied = await translated(async () => {
    const { rows } = await dialect.findTable(`${prefix}migrations`).execute(db);
    return rows.length === 0 ? [] : await appliedNames(db, table);
  });
  const missing = missingAfter(applied);
  if (missing.length === 0) return;
  throw new PubpipeError('SCHEMA_OUTDATED', 'The database lacks migrations: run migrateJobStore first.', {
    details: { missing: missing.map(({ name }) => name) },
  });
}

function resolve({ tablePrefix = 'pubpipe_', clock = systemClock }: SchemaOptions) {
  const prefix = checkTablePrefix(tablePrefix);
  return { prefix, table: sql.table(`${prefix}migrations`), dialect: sqliteDialect(clock), clock };
}

// biome-ignore lint/suspicious/noExplicitAny: see SchemaOptions.
async function appliedNames(db: Kysely<any>, table: ReturnType<typeof sql.table>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM ${table} ORDER BY name`.execute(db);
  return rows.map(({ name }) => name);
}

function missingAfter(applied: readonly string[]) {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new PubpipeError('SCHEMA_OUTDATED', 'A newer version of @pubpipe/core has migrated this database.', {
      details: { unknown },
    });
  }
  return migrations.filter(({ name }) => !applied.includes(name));
}
