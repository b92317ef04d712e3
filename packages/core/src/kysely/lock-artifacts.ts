import { expressionBuilder, type QueryCreator } from 'kysely';
import type { PubpipeDatabase } from './database.ts';
import { type ArtifactRow, artifactColumns } from './job-view-query.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** The artifacts that a job uses, by their ids. */
interface Wanted {
  readonly tenant: string;
  readonly ids: readonly string[];
}

/**
 * Reads and locks those artifacts of a job that are ready, so that nobody removes them before COMMIT.
 * Jobs that share a logo don't wait for each other.
 */
export function keepReady({ dialect, from }: StoreContext, db: QueryCreator<PubpipeDatabase>, { tenant, ids }: Wanted) {
  const ready = db
    .selectFrom(from.artifacts)
    .select(artifactColumns)
    .where('artifacts.id', 'in', ids)
    .where('artifacts.tenant', '=', tenant)
    .where('artifacts.state', '=', 'ready')
    .orderBy('artifacts.id');
  return dialect.keepRows(ready);
}

/**
 * Ends the expiry of artifacts. Of several, those that expire are locked first, in the order of their ids, so
 * that no two jobs that share them wait for each other.
 */
export function endExpiry({ dialect, from }: StoreContext, db: QueryCreator<PubpipeDatabase>, ids: readonly string[]) {
  // Not of `db`: what that reads beside it would be in the statement twice.
  const expiring = expressionBuilder<PubpipeDatabase>()
    .selectFrom(from.artifacts)
    .select('artifacts.id')
    .where('artifacts.id', 'in', ids)
    .where('artifacts.expires_at', 'is not', null)
    .orderBy('artifacts.id');
  return db
    .updateTable(from.artifacts)
    .set({ expires_at: null })
    .where('artifacts.id', 'in', ids)
    .where('artifacts.expires_at', 'is not', null)
    .$if(ids.length > 1, (query) => query.where('artifacts.id', 'in', dialect.lockRows(expiring)));
}

/** Does both in a transaction. Answers the first artifact that is not ready: then the caller has to roll back. */
export async function lockArtifacts(
  context: StoreContext,
  trx: Connection,
  { tenant, ids }: Wanted,
): Promise<string | undefined> {
  const wanted = [...new Set(ids)];
  const rows: readonly ArtifactRow[] = await keepReady(context, trx, { tenant, ids: wanted }).execute();
  const found = new Set(rows.map(({ id }) => id));
  const missing = wanted.find((id) => !found.has(id));
  if (missing === undefined) await endExpiry(context, trx, wanted).execute();
  return missing;
}
