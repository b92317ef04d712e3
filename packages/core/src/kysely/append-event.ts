import type { AliasableExpression, QueryCreator } from 'kysely';
import type { JobEventType } from '../job/job-event.ts';
import type { PubpipeDatabase } from './database.ts';
import { jsonText } from './json-text.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** What the UPDATE that raised `event_seq` returned. */
export interface RaisedJob {
  readonly id: string;
  readonly tenant: string;
  readonly event_seq: number | string | bigint;
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
        tenant: job.tenant,
        seq: Number(job.event_seq),
        position: null,
        type,
        data: jsonText(data),
        created_at: dialect.now(),
      })),
    )
    .execute();
}

/** The same as part of a combined write, for the job that its step `job` has changed. `data` is an expression of JSON text. */
export function appendEventOf(
  { dialect, into }: StoreContext,
  db: QueryCreator<PubpipeDatabase & { job: RaisedJob }>,
  { type, data }: { readonly type: JobEventType; readonly data: AliasableExpression<string> },
) {
  return db
    .insertInto(into.job_events)
    .columns(['job_id', 'tenant', 'seq', 'type', 'data', 'created_at'])
    .expression((builder) =>
      builder
        .selectFrom('job')
        .select((eb) => [
          'job.id',
          'job.tenant',
          'job.event_seq',
          eb.val(type).as('type'),
          data.as('data'),
          dialect.now().as('created_at'),
        ]),
    );
}
