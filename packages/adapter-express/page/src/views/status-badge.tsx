import type { JobStatus } from '@pubpipe/core';
import { statusNames } from '../text/describe-job.ts';

/** A job's status, by word and by colour. */
export function StatusBadge({ status }: { readonly status: JobStatus }) {
  return (
    <span class="badge" data-status={status}>
      {statusNames[status]}
    </span>
  );
}
