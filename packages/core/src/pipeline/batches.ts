import type { Batch } from '../job/batch.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** What `cancelBatch` answers. */
export interface BatchCancellation {
  /** How many jobs this call has cancelled. */
  readonly cancelled: number;
  /** The batch afterwards. */
  readonly batch: Batch;
}

type Parts = Pick<PipelineParts, 'bus' | 'metrics'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'batch' | 'cancelSome'>;
  readonly dispatcher: Pick<Dispatcher, 'placeFreed'>;
};

const limit = 200;

/** Cancels in small transactions, one after the other: whenever it ends, the next call goes on where it was. */
export async function cancelBatch(parts: Parts, id: RowId): Promise<BatchCancellation> {
  const { jobStore, bus, metrics, dispatcher } = parts;
  let cancelled = 0;
  for (let after: string | undefined, goesOn = true; goesOn; ) {
    const jobs = await jobStore.cancelSome(id, { limit, after });
    // Workers hear of it at once and end their renders; those who don't are stopped by the fence.
    for (const { id: jobId, type } of jobs) {
      bus.publish({ tenant: id.tenant, jobId, ended: true });
      metrics.jobEnded({ type, outcome: 'cancelled' });
    }
    cancelled += jobs.length;
    goesOn = jobs.length === limit;
    after = jobs.at(-1)?.id;
  }
  if (cancelled > 0) dispatcher.placeFreed(id.tenant);
  return { cancelled, batch: await jobStore.batch(id) };
}
