import type { JobStatus } from '@pubpipe/core';
import type { BatchJson } from '@pubpipe/core/http';
import { allJobs, formatRoute } from '../../parts/route.ts';
import { useObservable } from '../../parts/use-observable.ts';
import { statusNames } from '../../text/describe-job.ts';
import { formatCount, formatDateAndTime } from '../../text/format.ts';
import { useApp } from '../app-context.ts';
import { Notice } from '../notice.tsx';
import { PageHeading } from '../page-heading.tsx';
import { BatchActions } from './batch-actions.tsx';

/** How far the jobs of a batch are, and what can be done with all of them. */
export function BatchHead({ id }: { readonly id: string }) {
  const { batch, problem } = useObservable(useApp().openBatch);
  return (
    <>
      <nav aria-label="Way back" class="way-back">
        <a href={formatRoute(allJobs)}>← All jobs</a>
      </nav>
      <PageHeading title={id} />
      {problem !== undefined && <Notice tone="error">{problem.message}</Notice>}
      {batch !== undefined && <Facts batch={batch} />}
    </>
  );
}

function Facts({ batch }: { readonly batch: BatchJson }) {
  const { counts, total, createdAt, finishedAt } = batch;
  const ended = counts.completed + counts.failed + counts.cancelled;
  return (
    <section class="card batch" aria-label="Batch">
      <p class="job-line">
        {(Object.keys(statusNames) as JobStatus[])
          .filter((status) => counts[status] > 0)
          .map((status) => (
            <span key={status} class="badge" data-status={status}>
              {counts[status]} {statusNames[status]}
            </span>
          ))}
        <span class="hint">
          Handed in <time dateTime={createdAt}>{formatDateAndTime(createdAt)}</time>
        </span>
      </p>
      {finishedAt === undefined && (
        <progress aria-label="Jobs that have ended" value={ended} max={total}>
          {ended} of {formatCount(total, 'job')}
        </progress>
      )}
      <BatchActions batch={batch} />
    </section>
  );
}
