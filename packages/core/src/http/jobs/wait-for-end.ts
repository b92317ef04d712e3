import { isPubpipeError } from '../../errors/pubpipe-error.ts';
import type { JobView } from '../../job/job.ts';
import { isEnded } from '../../job/job-status.ts';
import type { HttpParts } from '../http-parts.ts';

/**
 * The longest wait in a `Prefer` (RFC 7240) within a bound, in milliseconds; undefined when it asks for none.
 */
export function parseWait(prefer: string | undefined, maxWaitMs: number): number | undefined {
  const [, seconds] = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(prefer ?? '') ?? [];
  return seconds === undefined ? undefined : Math.min(Number(seconds) * 1_000, maxWaitMs);
}

/** Waits for the end of a job, no longer than until `signal` aborts, and reads it again. The job goes on either way. */
export async function waitForEnd({ pipeline }: HttpParts, job: JobView, signal: AbortSignal): Promise<JobView> {
  if (isEnded(job.status)) return job;
  try {
    for await (const _ of pipeline.follow(job, { signal })) {
      // Only the end of the iteration matters.
    }
  } catch (error) {
    // What is read next says whether the database is there.
    if (!(signal.aborted || isPubpipeError(error))) throw error;
  }
  return await pipeline.get(job);
}
