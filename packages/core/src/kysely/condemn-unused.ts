import type { ExpressionBuilder } from 'kysely';
import type { PubpipeDatabase } from './database.ts';
import { jsonText } from './json-text.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** Ids in one statement: SQLite and PostgreSQL take about 32,000 parameters. */
const idsAtOnce = 1_000;

/** What was handed to the sweeper. */
export interface Condemned {
  readonly artifacts: number;
  readonly bytes: number;
}

/** How an erasure marks what it condemns: names and digests go, and the job stays findable by its id. */
export interface ErasureMark {
  readonly erasedWith: string | null;
}

/**
 * Leaves those of the artifacts to the sweeper that no job uses.
 *
 * Two statements: a `submit` that links one of them meanwhile holds its row, so the first one waits for
 * its end, and only the second one sees its link. A `submit` that comes later waits for us.
 */
export async function condemnUnused(
  context: StoreContext,
  trx: Connection,
  ids: readonly string[],
  mark?: ErasureMark,
): Promise<Condemned> {
  const total = { artifacts: 0, bytes: 0 };
  const sorted = [...new Set(ids)].toSorted();
  for (let start = 0; start < sorted.length; start += idsAtOnce) {
    const some = sorted.slice(start, start + idsAtOnce);
    await context.dialect
      .seizeRows(trx.selectFrom(context.from.artifacts).select('artifacts.id').where('artifacts.id', 'in', some))
      .orderBy('artifacts.id')
      .execute();
    const condemned = await trx
      .updateTable(context.from.artifacts)
      .set({ state: 'deleting', ...erasedColumns(mark) })
      .where('artifacts.id', 'in', some)
      .where('artifacts.state', 'in', mark === undefined ? ['ready'] : ['ready', 'pending', 'deleting', 'deleted'])
      .where((eb) => eb.not(isUsed(context, eb)))
      .returning('byte_size')
      .execute();
    total.artifacts += condemned.length;
    total.bytes += condemned.reduce((sum, row) => sum + Number(row.byte_size ?? 0), 0);
  }
  return total;
}

/** The columns that an erasure empties. */
function erasedColumns(mark: ErasureMark | undefined) {
  if (mark === undefined) return {};
  const { erasedWith } = mark;
  return { file_name: '', sha256: null, metadata: jsonText({}), expires_at: null, erased_with: erasedWith };
}

/** Whether any job uses an artifact, besides one that may be left out. */
export function isUsed(
  { from }: StoreContext,
  eb: ExpressionBuilder<PubpipeDatabase, 'artifacts'>,
  { besides }: { readonly besides?: string } = {},
) {
  const asDocument = eb
    .selectFrom(from.jobs)
    .select('jobs.id')
    .whereRef('jobs.input_artifact_id', '=', 'artifacts.id')
    .$if(besides !== undefined, (query) => query.where('jobs.id', '!=', besides as string));
  const asFile = eb
    .selectFrom(from.job_artifacts)
    .select('job_artifacts.job_id')
    .whereRef('job_artifacts.artifact_id', '=', 'artifacts.id')
    .$if(besides !== undefined, (query) => query.where('job_artifacts.job_id', '!=', besides as string));
  return eb.or([eb.exists(asDocument), eb.exists(asFile)]);
}
