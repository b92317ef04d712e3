import { allJobs, formatRoute, type ListRoute } from '../../parts/route.ts';
import { useObservable } from '../../parts/use-observable.ts';
import { useApp } from '../app-context.ts';
import { Notice } from '../notice.tsx';
import { JobRow } from './job-row.tsx';

/** The jobs, newest first. */
export function JobTable({ route }: { readonly route: ListRoute }) {
  const { list } = useApp();
  const { jobs, nextCursor, problem } = useObservable(list);
  return (
    <>
      {problem !== undefined && <Notice tone="error">{problem.message}</Notice>}
      {jobs === undefined && problem === undefined && <p class="loading">Reading the jobs …</p>}
      {jobs?.length === 0 && <Empty route={route} />}
      {jobs !== undefined && jobs.length > 0 && (
        <table class="jobs card">
          <caption class="visually-hidden">Jobs, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Document</th>
              <th scope="col">Status</th>
              <th scope="col" class="wide-only">
                Handed in
              </th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {jobs.map((job) => (
              <JobRow key={job.id} job={job} />
            ))}
          </tbody>
        </table>
      )}
      {nextCursor !== undefined && (
        <button type="button" class="button more" onClick={() => void list.showMore()}>
          Show more
        </button>
      )}
    </>
  );
}

function Empty({ route: { status, batch, reference } }: { readonly route: ListRoute }) {
  if (status === undefined && batch === undefined && reference === undefined) {
    return (
      <div class="empty card">
        <p class="empty-title">No jobs yet</p>
        <p class="hint">What you hand in above is listed here, with its pages and its PDF.</p>
      </div>
    );
  }
  return (
    <div class="empty card">
      <p class="empty-title">No job is like that</p>
      <p class="hint">
        <a href={formatRoute(allJobs)}>Show all jobs</a>
      </p>
    </div>
  );
}
