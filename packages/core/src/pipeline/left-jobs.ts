import type { Clock } from '../ports/clock.ts';
import type { LeftJob } from '../ports/job-store.ts';
import type { Logger } from '../ports/logger.ts';

/** For so long another worker may be about to take it. */
const patienceMs = 60_000;
/** Time between two lines about jobs of the same type. */
const silenceMs = 60_000;

/**
 * Makes what is told of jobs that a worker leaves to others. One that has waited for a minute is one that nobody may ever
 * take, and the log says so, once a minute for each type.
 */
export function createLeftJobNotice({
  clock,
  logger,
}: {
  readonly clock: Clock;
  readonly logger: Logger;
}): (job: LeftJob) => void {
  const saidAt = new Map<string, number>();
  return ({ jobId, tenant, type, waitedMs }) => {
    const now = clock.monotonicNow();
    if (waitedMs < patienceMs || now - (saidAt.get(type) ?? Number.NEGATIVE_INFINITY) < silenceMs) return;
    saidAt.set(type, now);
    logger.warn({ jobId, tenant, type, waitedMs }, 'a job waits for a worker that takes its type: this one does not');
  };
}
