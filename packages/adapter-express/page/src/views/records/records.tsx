import type { RecordStatus } from '@pubpipe/core';
import type { JobJson } from '@pubpipe/core/http';
import type { RecordCounts } from '../../jobs/count-records.ts';
import { useObservable } from '../../parts/use-observable.ts';
import { describeCounts } from '../../text/describe-records.ts';
import { useApp } from '../app-context.ts';
import { Notice } from '../notice.tsx';
import { RecordCard } from './record-card.tsx';
import { RecordFilter } from './record-filter.tsx';
import { RecordPager } from './record-pager.tsx';

/** What became of a merge's records, a page of them at a time. */
export function Records({ job, counts }: { readonly job: JobJson; readonly counts: RecordCounts | undefined }) {
  const { records, status, problem } = useObservable(useApp().records);
  const isUnderWay = job.status === 'running' || job.status === 'queued';
  return (
    <section aria-labelledby="records-heading">
      <div class="section-head">
        <h2 id="records-heading">Records</h2>
        {counts !== undefined && <p class="hint">{describeCounts(counts)}</p>}
        <RecordFilter />
      </div>
      {problem !== undefined && <Notice tone="error">{problem.message}</Notice>}
      {records === undefined && problem === undefined && <p class="loading">Reading the records …</p>}
      {records?.length === 0 && <Empty status={status} isUnderWay={isUnderWay} />}
      {records !== undefined && records.length > 0 && (
        <ol class="records">
          {records.map((record) => (
            <RecordCard key={record.first} job={job} record={record} />
          ))}
        </ol>
      )}
      <RecordPager />
    </section>
  );
}

function Empty({ status, isUnderWay }: { readonly status: RecordStatus | undefined; readonly isUnderWay: boolean }) {
  const title = status === undefined ? 'There are no records' : `No record is like that`;
  return (
    <div class="empty card">
      <p class="empty-title">{isUnderWay ? 'The records appear here' : title}</p>
      {isUnderWay && <p class="hint">One by one, as soon as the files of each are there.</p>}
    </div>
  );
}
