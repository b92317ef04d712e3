import type { WorkLine } from './work-line.ts';

/** What became of jobs whose worker was killed. */
export interface WorkVerdict {
  /** Jobs whose work was never done. */
  readonly undone: number;
  /** Jobs whose work was done more than once. */
  readonly repeated: number;
  /** Of the jobs that were being worked when the worker was killed: how many another one has begun since. */
  readonly taken: number;
  /** When the last of those was begun, in seconds after the kill; undefined when there is none. */
  readonly takenAfterS: number | undefined;
}

/** A worker's end. */
export interface Kill {
  readonly worker: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Says from what the workers have noted what became of the jobs; `kill` is the first of possibly several. */
export function judgeWork(jobs: readonly string[], lines: readonly WorkLine[], { worker, at }: Kill): WorkVerdict {
  const timesWorked = (job: string) => lines.filter((line) => line.job === job && line.what === 'worked').length;
  const halted = lines.filter((line) => line.worker === worker && line.what === 'halted').map(({ job }) => job);
  const firstAgain = halted.flatMap((job) => {
    const again = lines.find((line) => line.job === job && line.what === 'begun' && line.worker !== worker);
    return again === undefined ? [] : [(again.at - at) / 1000];
  });
  return {
    undone: jobs.filter((job) => timesWorked(job) === 0).length,
    repeated: jobs.filter((job) => timesWorked(job) > 1).length,
    taken: firstAgain.length,
    takenAfterS: firstAgain.length === 0 ? undefined : Math.max(...firstAgain),
  };
}
