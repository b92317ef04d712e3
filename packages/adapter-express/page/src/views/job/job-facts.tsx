import type { JobJson } from '@pubpipe/core/http';
import { formatRoute, jobsOfBatch } from '../../parts/route.ts';
import { isMerge } from '../../text/describe-job.ts';
import { formatBytes, formatCount } from '../../text/format.ts';

/** What a job was made of. */
export function JobFacts({ job }: { readonly job: JobJson }) {
  const { id, document, assets, attempt, failures, batch, correlationId } = job;
  return (
    <section class="card" aria-labelledby="facts-heading">
      <h2 id="facts-heading">Details</h2>
      <dl class="facts">
        <dt>{isMerge(job) ? 'Template' : 'Document'}</dt>
        <dd>
          {document.fileName}
          {document.byteSize !== undefined && `, ${formatBytes(document.byteSize)}`}
          {assets.length > 0 && `, with ${formatCount(assets.length, 'file')} beside it`}
        </dd>
        <dt>Attempts</dt>
        <dd>
          {attempt}
          {failures > 0 && `, ${failures} failed`}
        </dd>
        {batch !== undefined && (
          <>
            <dt>Batch</dt>
            <dd>
              <a href={formatRoute(jobsOfBatch(batch))}>{batch}</a>
            </dd>
          </>
        )}
        <dt>Job</dt>
        <dd class="id">{id}</dd>
        {correlationId !== undefined && (
          <>
            <dt>Request, in the server's log</dt>
            <dd class="id">{correlationId}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
