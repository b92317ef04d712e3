import type { QueryCreator } from 'kysely';
import type { WrittenContent } from '../ports/artifact-rows.ts';
import { artifactNotFound } from './artifact-rows.ts';
import type { PubpipeDatabase } from './database.ts';
import { literalRows } from './literal-rows.ts';
import type { Connection, StoreContext } from './store-context.ts';

/**
 * Turns pending artifacts ready inside a transaction.
 *
 * @throws PubpipeError `ARTIFACT_NOT_FOUND`, so that the transaction rolls back, when one is not pending.
 */
export async function makeReady(
  context: StoreContext,
  trx: Connection,
  tenant: string,
  contents: readonly WrittenContent[],
): Promise<void> {
  const files = contents.map((content) => ({
    artifact_id: content.artifactId,
    byte_size: content.byteSize,
    sha256: content.sha256,
  }));
  const rows = await becomeReady(context, trx, tenant, files).execute();
  const changed = new Set(rows.map(({ id }) => id));
  // One that is named twice is not pending the second time.
  const missing = contents.find(({ artifactId }) => !changed.delete(artifactId));
  if (missing !== undefined) throw artifactNotFound(missing.artifactId);
}

/** What is written of a content, in the words of its columns. */
interface ReadyFile {
  readonly artifact_id: string;
  readonly byte_size: number;
  readonly sha256: string;
}

/** Turns artifacts ready, as many as are pending, and yields their ids. */
export function becomeReady(
  { from }: StoreContext,
  db: QueryCreator<PubpipeDatabase>,
  tenant: string,
  files: readonly ReadyFile[],
) {
  const types = { artifact_id: 'text', byte_size: 'bigint', sha256: 'text' } as const;
  const rows = files.map(({ artifact_id, byte_size, sha256 }) => ({ artifact_id, byte_size, sha256 }));
  const ids = files.map((file) => file.artifact_id);
  return (
    db
      .updateTable(from.artifacts)
      .from(literalRows('content', types, rows))
      .set((eb) => ({ state: 'ready', byte_size: eb.ref('content.byte_size'), sha256: eb.ref('content.sha256') }))
      .whereRef('artifacts.id', '=', 'content.artifact_id')
      // Said once more: the database then looks for these rows, not for all that are pending.
      .where('artifacts.id', 'in', ids)
      .where('artifacts.tenant', '=', tenant)
      .where('artifacts.state', '=', 'pending')
      .returning('id')
  );
}
