import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { PubpipeDatabase } from './database.ts';

type Name = keyof PubpipeDatabase;

/**
 * How statements name our tables. A prefix is only known at run time, while Kysely checks names at
 * compile time: so reading, updating and deleting name a table "prefix_jobs as jobs", and inserting,
 * which takes no alias, names it as if it had no prefix.
 */
export type TableNames = { readonly [Table in Name]: `${Table} as ${Table}` };

/** For `insertInto`: the bare name. */
export type InsertNames = { readonly [Table in Name]: Table };

const names: readonly Name[] = [
  'jobs',
  'artifacts',
  'job_artifacts',
  'job_records',
  'job_events',
  'event_feed',
  'tenants',
  'consumers',
  'webhook_endpoints',
  'webhook_deliveries',
  'meta',
];

/** Checks a table prefix: lower-case letters, digits and underscores, at most 32 of them. */
export function checkTablePrefix(prefix: string): string {
  if (!/^([a-z_][a-z0-9_]{0,31})?$/.test(prefix)) {
    throw new PubpipeError('INVALID_INPUT', 'tablePrefix must be lower-case letters, digits and underscores.', {
      details: { tablePrefix: prefix },
    });
  }
  return prefix;
}

/** Checks the name of a schema: lower-case letters, digits and underscores, at most 63 of them. */
export function checkSchemaName(schema: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new PubpipeError('INVALID_INPUT', 'schema must be lower-case letters, digits and underscores.', {
      details: { schema },
    });
  }
  return schema;
}

/** Names the tables for `selectFrom`, `updateTable`, `deleteFrom` and joins; `prefix` may begin with a schema. */
export function aliasedNames(prefix: string): TableNames {
  return Object.freeze(Object.fromEntries(names.map((name) => [name, `${prefix}${name} as ${name}`]))) as TableNames;
}

/** Names the tables for `insertInto`; `prefix` may begin with a schema. */
export function insertNames(prefix: string): InsertNames {
  return Object.freeze(Object.fromEntries(names.map((name) => [name, `${prefix}${name}`]))) as InsertNames;
}
