import { allJobs, formatRoute } from '../../parts/route.ts';
import { useObservable } from '../../parts/use-observable.ts';
import { useApp } from '../app-context.ts';
import { Notice } from '../notice.tsx';
import { PageHeading } from '../page-heading.tsx';
import { Failure } from './failure.tsx';
import { History } from './history.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobHead } from './job-head.tsx';
import { Pages } from './pages.tsx';
import { Steps } from './steps.tsx';

/** One job: where it is, what its pages look like, what was found, and what it has made. */
export function JobPage() {
  const { openJob } = useApp();
  const { job, events, preflight, problem } = useObservable(openJob);
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
          <JobHead job={job} />
          <Steps job={job} />
          <Failure job={job} />
          <div class="job-columns">
            <Pages job={job} preflight={preflight} />
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
