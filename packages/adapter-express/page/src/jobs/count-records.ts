import type { EventJson, JobJson } from '@pubpipe/core/http';

/** How far a merge is, or how far it came. */
export interface RecordCounts {
  readonly rendered: number;
  readonly failed: number;
  readonly total: number;
}

/** The counts of a merge's records; undefined while nothing has told them. The end of a job says them best, then its history. */
export function countRecords(
  { progress, status, error }: Pick<JobJson, 'progress' | 'status' | 'error'>,
  events: readonly Pick<EventJson, 'data'>[],
): RecordCounts | undefined {
  const ofEnd = status === 'failed' && error?.code === 'RECORDS_FAILED' ? toCounts(error.details) : undefined;
  return ofEnd ?? progressCounts(progress) ?? lastOf(events);
}

/** What progress says of a merge's records, if it says something. */
export function progressCounts(progress: object | undefined): RecordCounts | undefined {
  const { recordsDone, recordsFailed, recordsTotal } = (progress ?? {}) as Readonly<Record<string, unknown>>;
  return recordsTotal === undefined
    ? undefined
    : toCounts({ rendered: recordsDone, failed: recordsFailed, total: recordsTotal });
}

function lastOf(events: readonly Pick<EventJson, 'data'>[]): RecordCounts | undefined {
  for (const { data } of events.toReversed()) {
    const { records } = data;
    const counts = typeof records === 'object' && records !== null ? toCounts(records) : progressCounts(data);
    if (counts !== undefined) return counts;
  }
  return undefined;
}

function toCounts(counts: object): RecordCounts | undefined {
  const { rendered, failed, total } = counts as Readonly<Record<string, unknown>>;
  if (typeof rendered !== 'number' || typeof failed !== 'number') return undefined;
  return { rendered, failed, total: typeof total === 'number' ? total : rendered + failed };
}
