import { nothingRemoved } from '../job/removed-jobs.ts';
import type { RemovedJobs } from '../ports/retention.ts';
import { condemnUnused, type ErasureMark } from './condemn-unused.ts';
import { eraseEvents, forgetEvents } from './forget-events.ts';
import { removeDeliveriesOf } from './remove-webhooks.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** The row of a job that was just deleted. */
export interface DeletedJob {
  readonly id: string;
  readonly input_artifact_id: string;
}

/** Removes what belongs to jobs without records whose rows the same transaction has deleted. Foreign keys are checked at COMMIT. */
export async function removeBelongings(
  context: StoreContext,
  trx: Connection,
  jobs: readonly DeletedJob[],
  mark?: ErasureMark,
): Promise<RemovedJobs> {
  if (jobs.length === 0) return nothingRemoved;
  const ids = jobs.map(({ id }) => id);
  const links = await trx
    .deleteFrom(context.from.job_artifacts)
    .where('job_artifacts.job_id', 'in', ids)
    .returning('artifact_id')
    .execute();
  const used = [...jobs.map((job) => job.input_artifact_id), ...links.map((link) => link.artifact_id)];
  const condemned = await condemnUnused(context, trx, used, mark);
  const webhookDeliveries = await removeDeliveriesOf(context, trx, ids, { isErasure: mark !== undefined });
  // Last, because it holds off readers of the feed until COMMIT.
  const events = await (mark === undefined ? forgetEvents : eraseEvents)(context, trx, ids);
  return { ...nothingRemoved, jobs: jobs.length, events, ...condemned, webhookDeliveries };
}
