import type { DeletableContent } from '../ports/job-store.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** How the sweep works. */
export interface SweepSettings {
  /** Upper bound of rows for each kind of work in one sweep. */
  readonly limit: number;
  /** Claims without an end after which a job is `POISONED`. */
  readonly maxClaims: number;
  /** Age in milliseconds from which an artifact that never became ready is taken for abandoned. */
  readonly abandonedAfterMs: number;
  /** How long the row of a deleted artifact is kept, in milliseconds. */
  readonly keepDeletedMs: number;
  /** Age of a dispatch in milliseconds from which the queue is asked whether it has lost it. */
  readonly redispatchAfterMs: number;
}

type Context = Pick<PipelineParts, 'artifactStore' | 'bus' | 'logger'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'sweep' | 'confirmDeleted'>;
  readonly dispatcher: Dispatcher;
};

/** Recovers jobs of lost workers, tells the queue of due jobs, and deletes content that nobody needs. */
export async function sweepOnce(context: Context, settings: SweepSettings): Promise<void> {
  const { jobStore, bus, logger, dispatcher } = context;
  const { recovered, deletable } = await jobStore.sweep(settings);
  for (const { id: jobId, tenant, status } of recovered) {
    logger.warn({ jobId, status }, 'a worker was lost with its job');
    bus.publish({ tenant, jobId, ended: status === 'failed' });
  }
  await dispatcher.redispatchLost({ olderThanMs: settings.redispatchAfterMs });
  await dispatcher.dispatchDue();
  for (const content of deletable) await deleteContent(context, content);
}

/** One that can't be deleted must not keep the others: it comes again with the next sweep. */
async function deleteContent({ artifactStore, jobStore, logger }: Context, content: DeletableContent): Promise<void> {
  try {
    await artifactStore.delete(content.storageKey);
    await jobStore.confirmDeleted(content);
  } catch (error) {
    logger.warn({ err: error, artifactId: content.artifactId }, 'the content of an artifact could not be deleted');
  }
}
