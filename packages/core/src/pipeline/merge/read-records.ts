import type { JobRecord } from '../../job/job-record.ts';
import type { RowId } from '../../ports/artifact-rows.ts';
import type { RecordFilter } from '../../ports/record-rows.ts';
import type { WorkerContext } from '../worker-context.ts';

const recordsAtOnce = 200;

/** Reads the records of a job page by page. */
export async function* readRecords(
  { jobStore }: Pick<WorkerContext, 'jobStore'>,
  { tenant, id }: RowId,
  { signal, status }: Pick<RecordFilter, 'status'> & { readonly signal: AbortSignal },
): AsyncGenerator<readonly JobRecord[], void> {
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    const page = await jobStore.records({ tenant, id }, { status, limit: recordsAtOnce, cursor });
    yield page.records;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
