import { throwIfCancelled } from '../errors/pubpipe-error.ts';
import { addRemoved, nothingRemoved } from '../job/removed-jobs.ts';
import type { ErasureReport, RemovedJobs } from '../ports/retention.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** What to erase. */
export interface EraseOptions {
  /** All that this tenant has, unless `jobId` names one of its jobs. */
  readonly tenant: string;
  readonly jobId?: string | undefined;
  /** Whether only to report what would be erased. @defaultValue true */
  readonly dryRun?: boolean | undefined;
  /** Ends it between two transactions; called again, it goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** What an erasure did, and what is left. */
export interface Erasure {
  readonly dryRun: boolean;
  /** What this call has removed: nothing in a dry run. */
  readonly removed: RemovedJobs;
  /** What there still is, content that only the sweeper deletes among it. In a dry run, what would be erased. */
  readonly remaining: ErasureReport;
  /** Whether no row and no content is left, not even of those that the sweeper deletes twice. */
  readonly complete: boolean;
}

type Parts = Pick<PipelineParts, 'bus' | 'metrics'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'erasureReport' | 'cancelForErasure' | 'eraseSome'>;
};

const limit = 100;

/** Erases in small transactions: whenever it ends, the next call goes on where it was. */
export async function erase(parts: Parts, options: EraseOptions): Promise<Erasure> {
  const { tenant, jobId, dryRun = true, signal } = options;
  const scope = { tenant, jobId };
  let removed = nothingRemoved;
  for (let goesOn = !dryRun; goesOn; ) {
    throwIfCancelled(signal);
    const cancelled = await parts.jobStore.cancelForErasure(scope, { limit });
    // Workers hear of it at once and end their renders; those who don't are stopped by the fence.
    for (const { id, type } of cancelled) {
      parts.bus.publish({ tenant, jobId: id, ended: true });
      parts.metrics.jobEnded({ type, outcome: 'cancelled' });
    }
    const some = await parts.jobStore.eraseSome(scope, { limit });
    removed = addRemoved(removed, some);
    goesOn = cancelled.length + some.jobs + some.records + some.artifacts + some.webhookDeliveries > 0;
  }
  const remaining = await parts.jobStore.erasureReport(scope);
  const left = Object.values(remaining).reduce((sum, count) => sum + count, 0);
  return { dryRun, removed, remaining, complete: left === 0 };
}
