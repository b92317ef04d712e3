import { countRecords } from '../../jobs/count-records.ts';
import { allJobs, formatRoute } from '../../parts/route.ts';
import { useObservable } from '../../parts/use-observable.ts';
import { isMerge } from '../../text/describe-job.ts';
import { useApp } from '../app-context.ts';
import { Notice } from '../notice.tsx';
import { PageHeading } from '../page-heading.tsx';
import { Records } from '../records/records.tsx';
import { Failure } from './failure.tsx';
import { History } from './history.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobHead } from './job-head.tsx';
import { Pages } from './pages.tsx';
import { Steps } from './steps.tsx';

/** One job: where it is, what its pages or its records look like, what was found, and what it has made. */
export function JobPage() {
  const { openJob } = useApp();
  const { job, events, preflight, problem } = useObservable(openJob);
  const counts = job === undefined ? undefined : countRecords(job, events);
  return (
    <>
      <nav aria-label="Way back" class="way-back">
        <a href={formatRoute(allJobs)}>← All jobs</a>
      </nav>
      <PageHeading title={job?.document.fileName ?? 'Job'} />
      {problem !== undefined && <Notice tone="error">{problem.message}</Notice>}
      {job === undefined && problem === undefined && <p class="loading">Reading the job …</p>}
      {job !== undefined && (
        <>
          <JobHead job={job} counts={counts} />
          <Steps job={job} counts={counts} />
          <Failure job={job} />
          <div class="job-columns">
            {isMerge(job) ? <Records job={job} counts={counts} /> : <Pages job={job} preflight={preflight} />}
            <div class="job-aside">
              <JobFacts job={job} />
              <History events={events} />
            </div>
          </div>
        </>
      )}
    </>
  );
}
