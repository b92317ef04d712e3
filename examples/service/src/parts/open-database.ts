import { prepareStatements } from '@pubpipe/core/kysely';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Logger } from 'pino';
import type { DatabaseSettings } from '../settings/shared-settings.ts';

/** Opens a pool of connections. `destroy` closes it. */
export function openDatabase(settings: DatabaseSettings, logger: Logger): Kysely<unknown> {
  const pool = new Pool({
    connectionString: settings.DATABASE_URL,
    max: settings.DATABASE_CONNECTIONS,
    connectionTimeoutMillis: 5_000,
    // The server ends what waits for a lock, or runs, for longer.
    options: '-c lock_timeout=10s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s',
  });
  // A connection that breaks while nobody uses it would end the process. Whoever asks next gets a new one.
  const warn = (error: Error) => logger.warn({ err: error }, 'a connection to the database is lost');
  pool.on('error', warn);
  pool.on('connect', (client) => client.on('error', warn));
  return new Kysely({ dialect: new PostgresDialect({ pool: prepareStatements(pool) }) });
}
