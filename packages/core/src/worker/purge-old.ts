import { checkWholeNumbers } from '../errors/check-numbers.ts';
import type { EndedStatus } from '../job/job-status.ts';
import type { WorkerContext } from '../pipeline/worker-context.ts';

/** Ages in milliseconds, counted from their end, from which jobs of each state are removed for good. */
export type RetentionOptions = { readonly [Status in EndedStatus]?: number | undefined };

/**
 * Leaves out what is kept.
 *
 * @throws PubpipeError `INVALID_INPUT` when an age is not a whole number.
 */
export function resolveRetention({ completed, failed, cancelled }: RetentionOptions): RetentionOptions {
  const ages = Object.entries({ completed, failed, cancelled }).flatMap(([status, age]) =>
    age === undefined ? [] : [[status, age] as const],
  );
  const retention = Object.fromEntries(ages);
  checkWholeNumbers(retention, { least: 0 });
  return Object.freeze(retention);
}

/** Removes jobs that are older than that, in transactions of a few hundred, or of a thousand records, until none is left. */
export async function purgeOld(
  { jobStore }: Pick<WorkerContext, 'jobStore'>,
  { retention, limit }: { readonly retention: RetentionOptions; readonly limit: number },
  signal: AbortSignal,
): Promise<void> {
  const most = Math.min(limit, 500);
  for (const [status, olderThanMs] of Object.entries(retention)) {
    if (olderThanMs === undefined) continue;
    for (let more = true; more && !signal.aborted; ) {
      const { jobs, records } = await jobStore.purge({ statuses: [status as EndedStatus], olderThanMs, limit: most });
      more = jobs === most || records > 0;
    }
  }
}
