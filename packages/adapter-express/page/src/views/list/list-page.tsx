import type { ListRoute } from '../../parts/route.ts';
import { useApp } from '../app-context.ts';
import { BatchHead } from '../batch/batch-head.tsx';
import { PageHeading } from '../page-heading.tsx';
import { Filters } from './filters.tsx';
import { JobTable } from './job-table.tsx';
import { NewJob } from './new-job.tsx';
import { UploadList } from './upload-list.tsx';

/** Where documents are handed in, and all jobs are seen. */
export function ListPage({ route }: { readonly route: ListRoute }) {
  const { title } = useApp();
  return (
    <>
      {route.batch === undefined ? (
        <>
          <PageHeading title={title} isHidden />
          <NewJob />
        </>
      ) : (
        <BatchHead key={route.batch} id={route.batch} />
      )}
      <UploadList />
      <section aria-labelledby="jobs-heading">
        <div class="section-head">
          <h2 id="jobs-heading">Jobs</h2>
          <Filters route={route} />
        </div>
        <JobTable route={route} />
      </section>
    </>
  );
}
