import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { JobView } from '../../job/job.ts';
import type { RetryPolicy } from '../../job/retry-policy.ts';
import type { EndedRecords, RecordFailure } from './ended-records.ts';
import type { RecordErrorMode } from './merge-job.ts';

/** What the end of a merge depends on, besides its records. */
interface Circumstances {
  readonly mode: RecordErrorMode;
  readonly job: Pick<JobView, 'failures' | 'maxAttempts' | 'crashCount'>;
  readonly retryPolicy: RetryPolicy;
}

/**
 * Why a merge whose records have ended fails, if it does. While a record may still go through, such as one that took too
 * long, the failure is that record's: so the job is tried again like any other, and goes on behind what is published.
 */
export function mergeFailure(ended: EndedRecords, { mode, job, retryPolicy }: Circumstances): PubpipeError | undefined {
  const { rendered, failed, failures, mayPass } = ended;
  const [first] = failures;
  if (first === undefined) return undefined;
  if (mode === 'stop') return failureOf(first);
  const goesOn = job.failures + 1 < job.maxAttempts;
  const mayCrash = mayPass?.code !== 'RENDERER_CRASHED' || job.crashCount + 1 < retryPolicy.maxCrashes;
  if (mayPass !== undefined && goesOn && mayCrash) return failureOf(mayPass);
  if (mode === 'skip' && rendered > 0) return undefined;
  const why = first.message === undefined ? '' : `: ${first.message}`;
  const message = `${failed} of ${rendered + failed} records failed, first record ${first.record}${why}`;
  const records = failures.map(({ record }) => record).toSorted((a, b) => a - b);
  return new PubpipeError('RECORDS_FAILED', message, { details: { rendered, failed, records, lastCode: first.code } });
}

/** The failure of one record as that of the job. */
function failureOf({ code, record, message = 'it failed before', details }: RecordFailure): PubpipeError {
  return new PubpipeError(code, `Record ${record}: ${message}`, { details: { ...details, record } });
}
