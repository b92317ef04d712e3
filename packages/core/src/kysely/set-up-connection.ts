import { type Kysely, sql } from 'kysely';
import { tryAgain } from '../job/try-again.ts';
import type { SqlDialect } from './sql-dialect.ts';

/**
 * Runs the dialect's statements for a connection. SQLite answers "locked" at once, without waiting, when
 * several processes switch a new file to WAL at the same moment.
 */
// biome-ignore lint/suspicious/noExplicitAny: see SchemaOptions.
export async function setUpConnection(db: Kysely<any>, dialect: SqlDialect): Promise<void> {
  for (const statement of dialect.connectionSetup) {
    const attempt = () => sql.raw(statement).execute(db);
    await tryAgain(attempt, { tries: 8, baseDelayMs: 20, when: dialect.isTransient });
  }
}
