import type { JobJson } from '@pubpipe/core/http';
import type { RecordCounts } from '../../jobs/count-records.ts';
import { isMerge } from '../../text/describe-job.ts';
import { formatDateAndTime } from '../../text/format.ts';
import { JobActions } from '../job-actions.tsx';
import { MergeDownloads } from '../records/merge-downloads.tsx';
import { StatusBadge } from '../status-badge.tsx';
import { DownloadButton } from './download-button.tsx';

/** What a job is, and what can be done with it. */
export function JobHead({ job, counts }: { readonly job: JobJson; readonly counts: RecordCounts | undefined }) {
  const { status, reference, createdAt, outputs } = job;
  const pdfs = outputs.filter(({ page }) => page === undefined);
  return (
    <div class="job-head">
      <p class="job-line">
        <StatusBadge status={status} />
        {reference !== undefined && <span>{reference}</span>}
        <span class="hint">
          Handed in <time dateTime={createdAt}>{formatDateAndTime(createdAt)}</time>
        </span>
      </p>
      <div class="actions">
        {pdfs.map((output) => (
          <DownloadButton key={output.name} job={job} output={output} isOnly={pdfs.length === 1} />
        ))}
        {isMerge(job) && <MergeDownloads job={job} counts={counts} />}
        <JobActions job={job} />
      </div>
    </div>
  );
}
