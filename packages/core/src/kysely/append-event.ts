import type { JobEventType } from '../job/job-event.ts';
import { jsonText } from './json-text.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** What the UPDATE that raised `event_seq` returned. */
export interface RaisedJob {
  readonly id: string;
  readonly event_seq: number;
}

/**
 * Writes the entry whose number the UPDATE of the same transaction reserved by raising `event_seq`:
 * that UPDATE holds the row's lock until COMMIT, so the numbers of a job have no gap.
 */
export async function appendEvent(
  context: StoreContext,
  trx: Connection,
  jobs: RaisedJob | readonly RaisedJob[],
  type: JobEventType,
  data: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { dialect } = context;
  const rows = [jobs].flat();
  if (rows.length === 0) return;
  await trx
    .insertInto(context.into.job_events)
    .values(
      rows.map((job) => ({
        job_id: job.id,
        seq: job.event_seq,
        position: null,
        type,
        data: jsonText(data),
        created_at: dialect.now(),
      })),
    )
    .execute();
}
