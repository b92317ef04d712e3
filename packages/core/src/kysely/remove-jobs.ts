import type { RemovedJobs } from '../ports/retention.ts';
import { condemnUnused, type ErasureMark } from './condemn-unused.ts';
import type { Connection, StoreContext } from './store-context.ts';

/** The row of a job that was just deleted. */
export interface DeletedJob {
  readonly id: string;
  readonly input_artifact_id: string;
}

/** Nothing was removed. */
export const nothingRemoved: RemovedJobs = Object.freeze({ jobs: 0, events: 0, artifacts: 0, bytes: 0 });

/** Adds up what was removed. */
export function addRemoved(a: RemovedJobs, b: RemovedJobs): RemovedJobs {
  return {
    jobs: a.jobs + b.jobs,
    events: a.events + b.events,
    artifacts: a.artifacts + b.artifacts,
    bytes: a.bytes + b.bytes,
  };
}

/** Removes what belongs to jobs whose rows the same transaction has deleted. Foreign keys are checked at COMMIT. */
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
  const events = await trx
    .deleteFrom(context.from.job_events)
    .where('job_events.job_id', 'in', ids)
    .returning('position')
    .execute();
  await raisePurgedPosition(
    context,
    trx,
    events.reduce((highest, { position }) => Math.max(highest, Number(position ?? 0)), 0),
  );
  const used = [...jobs.map((job) => job.input_artifact_id), ...links.map((link) => link.artifact_id)];
  const condemned = await condemnUnused(context, trx, used, mark);
  return { jobs: jobs.length, events: events.length, ...condemned };
}

async function raisePurgedPosition({ from }: StoreContext, trx: Connection, position: number): Promise<void> {
  if (position === 0) return;
  await trx
    .updateTable(from.meta)
    .set({ number_value: position })
    .where('meta.name', '=', 'purged_position')
    .where('meta.number_value', '<', position)
    .execute();
}
