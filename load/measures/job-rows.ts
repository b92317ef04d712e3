import type { Row } from '../../bench/suite.ts';
import { type JobRow, readJobs } from '../stage/jobs-of-stage.ts';
import type { Stage } from '../stage/open-stage.ts';

/** Jobs that were accepted, and those of them that are not completed: none, or they are lost. */
export async function jobRows(
  stage: Pick<Stage, 'db'>,
  accepted: readonly string[],
  suffix = '',
): Promise<readonly Row[]> {
  const unfinished = await findUnfinished(stage, accepted);
  return [
    { id: `jobs${suffix}`, value: accepted.length, unit: 'jobs', samples: accepted.length },
    {
      id: `jobs-not-completed${suffix}`,
      value: unfinished.length,
      unit: 'jobs',
      goal: 0,
      comparator: '<=',
      samples: accepted.length,
    },
  ];
}

/** Which of the accepted jobs are not completed, and how they are instead. */
export async function findUnfinished(
  stage: Pick<Stage, 'db'>,
  accepted: readonly string[],
): Promise<readonly (JobRow | string)[]> {
  const jobs = new Map((await readJobs(stage)).map((job) => [job.id, job]));
  return accepted.flatMap((id) => {
    const job = jobs.get(id);
    return job?.status === 'completed' ? [] : [job ?? `${id} is not there`];
  });
}
