import { prepareStatements } from '@pubpipe/core/kysely';
import { Kysely, type KyselyConfig, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';

/** How {@link openPostgres} opens a database. */
export type PostgresConfig = Omit<KyselyConfig, 'dialect'> & PoolConfig & { readonly prepares?: boolean };

/** Kysely on PostgreSQL, with a pool of its own, by which the server keeps statements when it `prepares`. */
// biome-ignore lint/suspicious/noExplicitAny: each test has tables of its own.
export function openPostgres(url: string, config: PostgresConfig = {}): Kysely<any> {
  const { plugins, log, prepares = false, ...pool } = config;
  const connections = new Pool({ connectionString: url, max: 8, ...pool });
  // A server that ends tells each connection, also between two statements: pg throws what nobody listens to.
  // Whoever uses the connection next learns it from an error of its own.
  connections.on('error', () => undefined);
  connections.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely({
    dialect: new PostgresDialect({ pool: prepares ? prepareStatements(connections) : connections }),
    ...(plugins === undefined ? {} : { plugins }),
    ...(log === undefined ? {} : { log }),
  });
}
