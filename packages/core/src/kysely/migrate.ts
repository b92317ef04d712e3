import { type Kysely, sql } from 'kysely';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import { migrations } from './migrations.ts';
import { type ResolvedSchema, resolveSchema, type SchemaNames, type SchemaOptions } from './schema-options.ts';
import { translated } from './store-context.ts';

/** An index on a large table takes its time. */
const migrationTimeoutMs = 3_600_000;

/**
 * Brings the schema up to date and returns the names of the migrations it applied. Only what is
 * missing is applied, so calling it again, also from several processes at once, is harmless.
 *
 * @throws PubpipeError `SCHEMA_OUTDATED` when a newer version of this package has migrated the database.
 * @throws PubpipeError `INVALID_INPUT` when the table prefix or the schema is not one.
 * @throws PubpipeError `JOB_STORE_UNAVAILABLE` when the database can't be reached.
 */
export async function migrateJobStore(options: SchemaOptions): Promise<readonly string[]> {
  const names = resolveSchema(options);
  // One connection, because the lock must be held before the history is read.
  const connections = options.db.withoutPlugins().connection();
  return await translated(() => connections.execute((connection) => migrateOn(connection, names)), migrationTimeoutMs);
}

// biome-ignore lint/suspicious/noExplicitAny: see SchemaOptions.
async function migrateOn(connection: Kysely<any>, names: ResolvedSchema): Promise<readonly string[]> {
  const { dialect, schema, tables } = names;
  const run = (statement: string) => sql.raw(statement).execute(connection);
  for (const statement of [...dialect.connectionSetup, ...dialect.beginMigration(tables)]) await run(statement);
  try {
    // Who may not create schemas may use one that is there, which IF NOT EXISTS alone would refuse.
    if (schema !== undefined && !(await hasSchema(connection, schema))) await run(creatingSchema(schema));
    await run(creatingHistory(names));
    const missing = missingAfter(await appliedNames(connection, names));
    for (const statement of missing.flatMap((migration) => applying(names, migration))) await run(statement);
    await run('COMMIT');
    return missing.map(({ name }) => name);
  } catch (error) {
    // Where that fails too, the connection is gone and the transaction with it: the first error says why.
    await run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * The SQL that brings an empty database up to date, or one whose last migration is `after`: for those
 * whose schema changes go another way than through the application.
 *
 * @throws PubpipeError `INVALID_INPUT` when the table prefix or the schema is not one, or there is no migration `after`.
 */
export function migrationSql(options: SchemaNames & { readonly after?: string | undefined }): string {
  const names = resolveSchema(options);
  const { after } = options;
  const index = migrations.findIndex(({ name }) => name === after);
  if (after !== undefined && index === -1) {
    throw new PubpipeError('INVALID_INPUT', `There is no migration "${after}".`, {
      details: { after, known: migrations.map(({ name }) => name) },
    });
  }
  const statements = [
    ...names.dialect.beginMigration(names.tables),
    ...(names.schema === undefined ? [] : [creatingSchema(names.schema)]),
    creatingHistory(names),
    ...migrations.slice(index + 1).flatMap((migration) => applying(names, migration)),
    'COMMIT',
  ];
  return statements.map((statement) => `${statement};\n`).join('');
}

const creatingSchema = (schema: string): string => `CREATE SCHEMA IF NOT EXISTS "${schema}"`;

const creatingHistory = ({ quotedTables }: ResolvedSchema): string =>
  `CREATE TABLE IF NOT EXISTS ${quotedTables}migrations (name text PRIMARY KEY, applied_at bigint NOT NULL)`;

function applying(
  { dialect, prefix, quotedTables: tables }: ResolvedSchema,
  { name, statements }: (typeof migrations)[number],
) {
  return [
    ...statements({ prefix, tables, text: dialect.textType }),
    `INSERT INTO ${tables}migrations (name, applied_at) VALUES ('${name}', ${dialect.nowText})`,
  ];
}

/**
 * Checks that the schema is the one this version works with.
 *
 * @throws PubpipeError `SCHEMA_OUTDATED` when migrations are missing, or a newer version has migrated the database.
 * @throws PubpipeError `INVALID_INPUT` when the table prefix or the schema is not one.
 * @throws PubpipeError `JOB_STORE_UNAVAILABLE` when the database can't be reached.
 */
export async function checkSchema(options: SchemaOptions): Promise<void> {
  const names = resolveSchema(options);
  const db = options.db.withoutPlugins();
  const applied = await translated(async () => {
    const { rows } = await names.dialect.findTable(`${names.quotedTables}migrations`).execute(db);
    return rows.length === 0 ? [] : await appliedNames(db, names);
  });
  const missing = missingAfter(applied);
  if (missing.length === 0) return;
  throw new PubpipeError('SCHEMA_OUTDATED', 'The database lacks migrations: run migrateJobStore first.', {
    details: { missing: missing.map(({ name }) => name) },
  });
}

// biome-ignore lint/suspicious/noExplicitAny: see SchemaOptions.
async function hasSchema(db: Kysely<any>, schema: string): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ${schema}`.execute(db);
  return rows.length > 0;
}

// biome-ignore lint/suspicious/noExplicitAny: see SchemaOptions.
async function appliedNames(db: Kysely<any>, { tables }: ResolvedSchema): Promise<readonly string[]> {
  const { rows } = await sql<{
    name: string;
  }>`SELECT name FROM ${sql.table(`${tables}migrations`)} ORDER BY name`.execute(db);
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
