import type { EndedRecord, JobRecord, RecordStatus } from '../job/job-record.ts';
import type { RowId } from './artifact-rows.ts';
import type { Claim, OutputFile } from './job-store.ts';

/** What became of a record, to be published. Its files have names that are unique in the job. */
export interface NewRecord extends Omit<JobRecord, 'attempt' | 'files'> {
  readonly files: readonly OutputFile[];
}

/** Which records are read. */
export interface RecordFilter {
  /** @defaultValue all */
  readonly status?: RecordStatus | undefined;
  /** Page size, 1 to 1,000. @defaultValue 50 */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** One page of records, by their numbers. */
export interface RecordPage {
  readonly records: readonly JobRecord[];
  /** Given when there is a further page. */
  readonly nextCursor?: string | undefined;
}

/**
 * The part of a job store that keeps what became of a merge's records. Their files belong to the job like its outputs,
 * but are visible before it has ended, and no part of what `get` and `list` read: there may be a million.
 */
export interface RecordRows {
  /**
   * Publishes records while their attempt goes on, all or none: their files become visible, and stay whatever becomes of
   * the attempt. A record that was rendered is published once for a job; one that failed may come again in a later
   * attempt. It is no event. Once one has ended that no later attempt makes again, claims that were lost before count no
   * more. At most 200 at once, with at most 2,000 files.
   *
   * @throws PubpipeError `CLAIM_LOST` when the attempt is over: nothing was written.
   * @throws PubpipeError `INVALID_INPUT` when a record was published before, or a file has the name of another.
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when a file is not a pending artifact of the tenant.
   */
  publishRecords(claim: Claim, records: readonly NewRecord[]): Promise<void>;

  /**
   * Reads a page of a job's records by their numbers, with their files, in one statement.
   *
   * @throws PubpipeError `JOB_NOT_FOUND` when the tenant has none.
   * @throws PubpipeError `INVALID_INPUT` when the limit or the cursor is not one.
   */
  records(job: RowId, filter?: RecordFilter): Promise<RecordPage>;

  /**
   * Reads which records have ended, by their numbers, from the one after `after`, at most `limit` (1 to 10,000).
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit is not one.
   */
  endedRecords(
    job: RowId,
    options: { readonly after?: number | undefined; readonly limit: number },
  ): Promise<readonly EndedRecord[]>;
}
