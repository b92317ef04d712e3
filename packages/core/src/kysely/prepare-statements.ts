import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { reusedMark } from './reused-mark.ts';

/** Of `pg`, whose `query` takes more than Kysely's types say: under a name, the server keeps a statement. */
interface UntypedClient {
  readonly query: (statement: unknown, values?: unknown) => unknown;
}

/** Statements that a connection keeps at most. A job's life has five, and more with other numbers of assets and outputs. */
const capacity = 40;

/**
 * Lets PostgreSQL keep the statements of a job's life on each connection, for it takes longer to plan them than to
 * execute them. Give what it answers to Kysely's `PostgresDialect` in place of your pool of `pg`, which stays the one
 * that works and that you close or let Kysely close:
 *
 * ```ts
 * new Kysely({ dialect: new PostgresDialect({ pool: prepareStatements(pool) }) });
 * ```
 *
 * Your own statements go as before. A connection keeps at most 40 of the job store's, and those beyond go as before too.
 * Connections must belong to one client for as long as they are open: not behind a pooler in transaction or statement
 * mode, but for PgBouncer from 1.21 on, with `max_prepared_statements`.
 */
export function prepareStatements(pool: PostgresPool): PostgresPool {
  // Kysely knows a connection by its client: so each has one of these, not one for each use.
  const preparing = new WeakMap<PostgresPoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    ...(pool.Client === undefined ? {} : { Client: pool.Client }),
    async connect() {
      const client = await pool.connect();
      let known = preparing.get(client);
      if (known === undefined) preparing.set(client, (known = withNames(client)));
      return known;
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
    const { query } = client as unknown as UntypedClient;
    return name === undefined ? query.call(client, text, values) : query.call(client, { name, text, values });
  }) as PostgresPoolClient['query'];
  return {
    query,
    release: (destroy) => client.release(destroy),
    get processID() {
      return client.processID;
    },
  };
}

/** PostgreSQL takes names of 63 bytes, and would cut what is longer. */
const nameFor = (text: string): string => `pubpipe_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
