import type { JobJson } from '@pubpipe/core/http';
import type { RecordCounts } from '../../jobs/count-records.ts';
import { describeProgress, statusNames, stepOf, stepsOf } from '../../text/describe-job.ts';
import { describeCounts } from '../../text/describe-records.ts';
import { formatDuration } from '../../text/format.ts';

/** The way of a job, and where on it the job is. */
export function Steps({ job, counts }: { readonly job: JobJson; readonly counts: RecordCounts | undefined }) {
  const { status, progress } = job;
  const steps = stepsOf(job);
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
        <span>{hasEndedBadly || status === 'completed' ? summaryOf(job, counts) : describeProgress(job)}</span>
        {showsPages && <progress aria-label="Pages drawn" value={pagesDone} max={Math.max(pageCount, 1)} />}
        {status === 'running' && counts !== undefined && (
          <progress
            aria-label="Records that have ended"
            value={counts.rendered + counts.failed}
            max={Math.max(counts.total, 1)}
          />
        )}
      </p>
    </section>
  );
}

function summaryOf({ status, startedAt, finishedAt, attempt }: JobJson, counts: RecordCounts | undefined): string {
  const made = counts === undefined || counts.failed === 0 ? 'Every file was made and checked' : describeCounts(counts);
  const tookMs = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : undefined;
  return [
    status === 'completed' ? made : statusNames[status],
    ...(tookMs === undefined ? [] : [` ${status === 'completed' ? 'in' : 'after'} ${formatDuration(tookMs)}`]),
    ...(attempt > 1 ? [`, with ${attempt} attempts`] : []),
    '.',
  ].join('');
}
