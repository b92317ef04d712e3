import type { DeletableContent } from '../ports/artifact-rows.ts';
import type { SweepOptions } from '../ports/job-store.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** How the sweep works. */
export interface SweepSettings extends SweepOptions {
  /** Age of a dispatch in milliseconds from which the queue is asked whether it has lost it. */
  readonly redispatchAfterMs: number;
}

/** What one sweep leaves to be done. */
export interface SweptOnce {
  readonly deletable: readonly DeletableContent[];
  /** Whether the queue was asked of the last job that it was told of. */
  readonly allAsked: boolean;
}

type Context = Pick<PipelineParts, 'bus' | 'logger' | 'metrics'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'sweep'>;
  readonly dispatcher: Dispatcher;
};

/** Recovers jobs of lost workers, tells the queue of due jobs, and finds the content that nobody needs. */
export async function sweepOnce(context: Context, settings: SweepSettings): Promise<SweptOnce> {
  const { jobStore, bus, logger, metrics, dispatcher } = context;
  const { recovered, deletable } = await jobStore.sweep(settings);
  for (const { id: jobId, tenant, type, status, attempt, correlationId } of recovered) {
    logger.warn({ jobId, tenant, attempt, correlationId, status }, 'a worker was lost with its job');
    bus.publish({ tenant, jobId, ended: status === 'failed' });
    if (status === 'failed') metrics.jobEnded({ type, outcome: 'failed' });
  }
  // While the queue is away, content that nobody needs goes all the same.
  const allAsked = await tellQueue(dispatcher, settings).catch((error: unknown) => {
    logger.error({ err: error }, 'the queue could not be asked or told of jobs; the next sweep tries again');
    return false;
  });
  return { deletable, allAsked };
}

async function tellQueue(dispatcher: Dispatcher, { redispatchAfterMs }: SweepSettings): Promise<boolean> {
  const allAsked = await dispatcher.redispatchLost({ olderThanMs: redispatchAfterMs });
  await dispatcher.dispatchDue();
  return allAsked;
}
