import type { JobJson } from '@pubpipe/core/http';
import { formatRoute } from '../../parts/route.ts';
import { describeProgress } from '../../text/describe-job.ts';
import { formatDateAndTime } from '../../text/format.ts';
import { JobActions } from '../job-actions.tsx';
import { StatusBadge } from '../status-badge.tsx';

/** A job in the list. */
export function JobRow({ job }: { readonly job: JobJson }) {
  const { id, document, reference, status, createdAt } = job;
  return (
    <tr>
      <th scope="row">
        <a href={formatRoute({ view: 'job', id })}>{document.fileName}</a>
        {reference !== undefined && <span class="reference">{reference}</span>}
      </th>
      <td>
        <StatusBadge status={status} />
        <span class="detail">{detailOf(job)}</span>
      </td>
      <td class="wide-only">
        <time dateTime={createdAt}>{formatDateAndTime(createdAt)}</time>
      </td>
      <td class="row-actions">
        <JobActions job={job} size="small" />
      </td>
    </tr>
  );
}

function detailOf(job: JobJson): string {
  if (job.status === 'failed') return job.error?.message ?? '';
  return job.status === 'running' || job.status === 'queued' ? describeProgress(job) : '';
}
