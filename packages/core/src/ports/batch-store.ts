import type { Artifact } from '../job/artifact.ts';
import type { Batch } from '../job/batch.ts';
import type { Job } from '../job/job.ts';
import type { RowId } from './artifact-rows.ts';

/** Which files are meant: those of a batch's jobs, or those of one job. */
export type FileScope =
  | { readonly tenant: string; readonly batch: string }
  | { readonly tenant: string; readonly jobId: string };

/** A job, as far as those who read its files need it. */
export type FilesJob = Pick<Job, 'id' | 'type' | 'status' | 'reference'> & {
  /** The name that its document came with. */
  readonly documentName: string;
  /** Why it failed. */
  readonly errorCode?: string | undefined;
};

/** A file that a job has made: one of its outputs, or of its records' files. */
export interface JobFile {
  readonly role: 'output' | 'record';
  /** Path of the file, unique among those of the same role. */
  readonly name: string;
  /** Number of the first record that it is of, if it is a record's. */
  readonly record?: number | undefined;
  readonly artifact: Artifact;
}

/** A file with its job, or a job that has none. */
export interface JobFileEntry {
  readonly job: FilesJob;
  readonly file?: JobFile | undefined;
}

/** Where a page of files ended. */
export interface JobFilePosition {
  readonly jobId: string;
  /** Absent behind a job that had no files. */
  readonly file?: Pick<JobFile, 'role' | 'name' | 'record'> | undefined;
}

/** The part of a job store that knows jobs by their batch. */
export interface BatchStore {
  /**
   * Counts the jobs of a batch, in one statement, by an index that has all that is counted.
   *
   * @throws PubpipeError `BATCH_NOT_FOUND` when the tenant has no job in it.
   */
  batch(id: RowId): Promise<Batch>;

  /**
   * Cancels at most `limit` (1 to 1,000) jobs of a batch that are queued or running, in the order of their ids, from the
   * one after `after`; their workers' claims are over. Answers those that it has cancelled: fewer than `limit` when there
   * are no further ones.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit is not one.
   */
  cancelSome(
    batch: RowId,
    options: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly Pick<Job, 'id' | 'type'>[]>;

  /**
   * Reads files with their jobs, in four statements at most: jobs in the order in which they were submitted, of each its
   * outputs by name, and then the files of its records by their numbers. A job without files is an entry too. At most
   * `limit` entries (1 to 1,000) from the one after `after`; a page costs the same however many files of records the jobs
   * have, and however many entries are before it.
   *
   * @throws PubpipeError `INVALID_INPUT` when the limit is not one.
   */
  jobFiles(
    scope: FileScope,
    options: { readonly limit: number; readonly after?: JobFilePosition | undefined },
  ): Promise<readonly JobFileEntry[]>;
}
