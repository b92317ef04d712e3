import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { reusedMark } from './reused-mark.ts';

/** Of `pg`, whose `query` takes more than Kysely's types say: under a name, the server keeps a statement. */
interface UntypedClient {
  readonly query: (statement: unknown, values?: unknown) => unknown;
}

/** Statements that a connection keeps at most. A job's life has six, and more with other numbers of assets and outputs. */
const capacity = 40;

/**
 * Lets PostgreSQL keep the statements of a job's life, and that which reads a job, on each connection, since planning them
 * takes it longer than executing them. Give Kysely's `PostgresDialect` what this answers in place of your pool of `pg`, which stays the one at
 * work: `new PostgresDialect({ pool: prepareStatements(pool) })`.
 *
 * Your own statements go as before. A connection keeps at most 40 of the job store's, as long as it is open, and those
 * beyond go as before too. It must be the client's alone meanwhile, and nobody may send DISCARD or DEALLOCATE: leave this
 * out behind a pooler in transaction or statement mode, unless it is PgBouncer from 1.21 on with `max_prepared_statements`.
 */
export function prepareStatements(pool: PostgresPool): PostgresPool {
  // Kysely knows a connection by its client: so each has one of these, not one for each use.
  const preparing = new WeakMap<PostgresPoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    ...(pool.Client === undefined ? {} : { Client: pool.Client }),
    async connect() {
      const client = await pool.connect();
      const prepared = preparing.get(client) ?? withNames(client);
      preparing.set(client, prepared);
      return prepared;
    },
    end: () => pool.end(),
  };
}

function withNames(client: PostgresPoolClient): PostgresPoolClient {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    if (!text.endsWith(reusedMark)) return undefined;
    if (!names.has(text) && names.size < capacity) names.set(text, nameFor(text));
    return names.get(text);
  };
  const query = ((text: unknown, values: unknown) => {
    const name = typeof text === 'string' ? nameOf(text) : undefined;
    const untyped = client as unknown as UntypedClient;
    return name === undefined ? untyped.query(text, values) : untyped.query({ name, text, values });
  }) as PostgresPoolClient['query'];
  return {
    query,
    release: (destroy) => client.release(destroy),
    // By this Kysely cancels a statement. A client of a pool is connected, so it is known.
    ...(client.processID === undefined ? {} : { processID: client.processID }),
  };
}

/** PostgreSQL takes names of 63 bytes, and would cut what is longer. */
const nameFor = (text: string): string => `pubpipe_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
