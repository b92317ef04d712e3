import type { Kysely } from 'kysely';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import { postgresDialect } from './postgres-dialect.ts';
import type { DatabaseKind, SqlDialect } from './sql-dialect.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { checkSchemaName, checkTablePrefix } from './table-names.ts';

/** What the tables of a job store are called, and in which kind of database. */
export interface SchemaNames {
  /** What kind of database it is. */
  readonly dialect: DatabaseKind;
  /**
   * The PostgreSQL schema in which the tables are; migrating creates it where it is missing.
   * @defaultValue none: the first one of the connection's `search_path`
   */
  readonly schema?: string | undefined;
  /** Put before the name of each table and index. @defaultValue 'pubpipe_' */
  readonly tablePrefix?: string | undefined;
}

/** Which database, and under which names. */
export interface SchemaOptions extends SchemaNames {
  /** The application's own Kysely instance: it stays open, and its plugins are not used. */
  // biome-ignore lint/suspicious/noExplicitAny: any host database will do; our tables are named by us.
  readonly db: Kysely<any>;
  /** The clock of SQLite, which has none of its own. PostgreSQL's own clock decides there. @defaultValue the machine's */
  readonly clock?: Clock | undefined;
}

/** Names that have been checked. */
export interface ResolvedSchema {
  readonly dialect: SqlDialect;
  readonly schema: string | undefined;
  /** Before the names of indexes. */
  readonly prefix: string;
  /** Before the names of tables in queries: the prefix, after the schema if there is one. */
  readonly tables: string;
  /** The same for SQL as text, where a schema may have the name of a keyword. */
  readonly quotedTables: string;
}

/**
 * Checks and completes the names.
 *
 * @throws PubpipeError `INVALID_INPUT` when the table prefix or the schema is not one, or the dialect is not known.
 */
export function resolveSchema(options: SchemaNames & { readonly clock?: Clock | undefined }): ResolvedSchema {
  const { schema, tablePrefix = 'pubpipe_', clock = systemClock } = options;
  const prefix = checkTablePrefix(tablePrefix);
  const dialect = dialectOf(options.dialect, clock);
  if (schema === undefined) return { dialect, schema, prefix, tables: prefix, quotedTables: prefix };
  if (dialect.name === 'sqlite') throw new PubpipeError('INVALID_INPUT', 'SQLite has no schemas: use tablePrefix.');
  checkSchemaName(schema);
  return { dialect, schema, prefix, tables: `${schema}.${prefix}`, quotedTables: `"${schema}".${prefix}` };
}

function dialectOf(kind: DatabaseKind, clock: Clock): SqlDialect {
  if (kind === 'sqlite') return sqliteDialect(clock);
  if (kind === 'postgres') return postgresDialect();
  throw new PubpipeError('INVALID_INPUT', "dialect must be 'postgres' or 'sqlite'.", { details: { dialect: kind } });
}
