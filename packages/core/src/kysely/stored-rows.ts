import { checkWholeNumbers } from '../errors/check-numbers.ts';
import type { ArtifactState } from '../job/artifact.ts';
import { randomId } from '../job/random-id.ts';
import type { ArtifactKey } from '../ports/artifact-key.ts';
import type { StoredRow } from '../ports/retention.ts';
import { inTransaction, present, type StoreContext, translated } from './store-context.ts';

/** See `RetentionStore.identity`. */
export async function identity(context: StoreContext): Promise<string> {
  return await inTransaction(context, async (trx) => {
    await trx
      .insertInto(context.into.meta)
      .values({ name: 'identity', value: randomId() })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const row = await trx
      .selectFrom(context.from.meta)
      .select('meta.value')
      .where('meta.name', '=', 'identity')
      .executeTakeFirst();
    return present(row).value;
  });
}

const selectRows = ({ db, from }: StoreContext) =>
  db
    .selectFrom(from.artifacts)
    .select(['artifacts.id', 'artifacts.storage_key', 'artifacts.state', 'artifacts.byte_size']);

/** See `RetentionStore.artifactsByKey`. */
export async function artifactsByKey(
  context: StoreContext,
  keys: readonly ArtifactKey[],
): Promise<readonly StoredRow[]> {
  checkWholeNumbers({ 'keys.length': keys.length }, { least: 0, most: 1_000 });
  if (keys.length === 0) return [];
  const rows = await translated(() => selectRows(context).where('artifacts.storage_key', 'in', keys).execute());
  return rows.map(toStoredRow);
}

/** See `RetentionStore.readyArtifacts`. */
export async function readyArtifacts(
  context: StoreContext,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<readonly StoredRow[]> {
  checkWholeNumbers({ limit }, { least: 1, most: 1_000 });
  const rows = await translated(() =>
    selectRows(context)
      .where('artifacts.id', '>', after ?? '')
      .where('artifacts.state', '=', 'ready')
      .orderBy('artifacts.id')
      .limit(limit)
      .execute(),
  );
  return rows.map(toStoredRow);
}

interface Row {
  readonly id: string;
  readonly storage_key: string;
  readonly state: string;
  readonly byte_size: bigint | number | string | null;
}

const toStoredRow = (row: Row): StoredRow => ({
  id: row.id,
  storageKey: row.storage_key as ArtifactKey,
  state: row.state as ArtifactState,
  byteSize: row.byte_size === null ? undefined : Number(row.byte_size),
});
