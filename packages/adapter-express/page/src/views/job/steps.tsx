import type { JobJson } from '@pubpipe/core/http';
import { describeProgress, statusNames, stepOf, steps } from '../../text/describe-job.ts';
import { formatDuration } from '../../text/format.ts';

/** The way of a job, and where on it the job is. */
export function Steps({ job }: { readonly job: JobJson }) {
  const { status, progress } = job;
  const at = steps.findIndex(({ name }) => name === stepOf(job));
  const hasEndedBadly = status === 'failed' || status === 'cancelled';
  const { pageCount, pagesDone } = progress ?? {};
  const showsPages = status === 'running' && pageCount !== undefined && pagesDone !== undefined;
  return (
    <section class="card steps-card" aria-label="Progress">
      <ol class="steps" data-status={status}>
        {steps.map(({ name, title }, index) => (
          <li
            key={name}
            data-state={index < at || status === 'completed' ? 'past' : index === at ? 'current' : 'ahead'}
            aria-current={index === at && !hasEndedBadly && status !== 'completed' ? 'step' : undefined}
          >
            {index === at && hasEndedBadly ? `${title}: ${statusNames[status].toLowerCase()}` : title}
          </li>
        ))}
      </ol>
      <p class="step-text">
        <span>{hasEndedBadly || status === 'completed' ? summaryOf(job) : describeProgress(job)}</span>
        {showsPages && <progress aria-label="Pages drawn" value={pagesDone} max={Math.max(pageCount, 1)} />}
      </p>
    </section>
  );
}

function summaryOf({ status, startedAt, finishedAt, attempt }: JobJson): string {
  const tookMs = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : undefined;
  return [
    status === 'completed' ? 'Every file was made and checked' : statusNames[status],
    ...(tookMs === undefined ? [] : [` ${status === 'completed' ? 'in' : 'after'} ${formatDuration(tookMs)}`]),
    ...(attempt > 1 ? [`, with ${attempt} attempts`] : []),
    '.',
  ].join('');
}
