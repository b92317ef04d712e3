import type { Connection, StoreContext } from './store-context.ts';

/**
 * Locks the artifacts that a job uses, so that nobody removes them before COMMIT, and ends their
 * expiry. Answers the first one that is not ready: then the caller has to roll back.
 *
 * Jobs that share a logo don't wait for each other: only who ends an expiry has the row for itself.
 * All take rows in the order of their ids, so that no two wait for each other's.
 */
export async function lockArtifacts(
  { dialect, from }: StoreContext,
  trx: Connection,
  tenant: string,
  ids: readonly string[],
): Promise<string | undefined> {
  const wanted = [...new Set(ids)];
  const ready = () =>
    trx
      .selectFrom(from.artifacts)
      .select('artifacts.id')
      .where('artifacts.id', 'in', wanted)
      .where('artifacts.tenant', '=', tenant)
      .where('artifacts.state', '=', 'ready')
      .orderBy('artifacts.id');
  await trx
    .updateTable(from.artifacts)
    .set({ expires_at: null })
    .where('artifacts.id', 'in', dialect.lockRows(ready().where('artifacts.expires_at', 'is not', null)))
    .execute();
  const found = new Set((await dialect.shareRows(ready()).execute()).map(({ id }) => id));
  return wanted.find((id) => !found.has(id));
}
