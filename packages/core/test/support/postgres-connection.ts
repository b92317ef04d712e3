import { Kysely, type KyselyConfig, PostgresDialect } from 'kysely';
import pg from 'pg';

/** Kysely on PostgreSQL, with a pool of its own. */
// biome-ignore lint/suspicious/noExplicitAny: each test has tables of its own.
export function openPostgres(url: string, config: Omit<KyselyConfig, 'dialect'> & pg.PoolConfig = {}): Kysely<any> {
  const { plugins, log, ...pool } = config;
  const connections = new pg.Pool({ connectionString: url, max: 8, ...pool });
  // A server that ends tells each connection, also between two statements: pg throws what nobody listens to.
  // Whoever uses the connection next learns it from an error of its own.
  connections.on('error', () => undefined);
  connections.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely({
    dialect: new PostgresDialect({ pool: connections }),
    ...(plugins === undefined ? {} : { plugins }),
    ...(log === undefined ? {} : { log }),
  });
}
