import type { Connection, StoreContext } from './store-context.ts';

/**
 * Locks the artifacts that a job uses, so that nobody removes them before COMMIT, and ends their
 * expiry. Answers the first one that is not ready; then it has changed nothing.
 */
export async function lockArtifacts(
  { from }: StoreContext,
  trx: Connection,
  tenant: string,
  ids: readonly string[],
): Promise<string | undefined> {
  const wanted = [...new Set(ids)];
  const ready = await trx
    .selectFrom(from.artifacts)
    .select('artifacts.id')
    .where('artifacts.id', 'in', wanted)
    .where('artifacts.tenant', '=', tenant)
    .where('artifacts.state', '=', 'ready')
    .execute();
  const missing = firstMissing(wanted, ready);
  if (missing !== undefined) return missing;
  const locked = await trx
    .updateTable(from.artifacts)
    .set({ expires_at: null })
    .where('artifacts.id', 'in', wanted)
    .where('artifacts.tenant', '=', tenant)
    .where('artifacts.state', '=', 'ready')
    .returning('id')
    .execute();
  return firstMissing(wanted, locked);
}

function firstMissing(wanted: readonly string[], rows: readonly { readonly id: string }[]): string | undefined {
  const found = new Set(rows.map(({ id }) => id));
  return wanted.find((id) => !found.has(id));
}
