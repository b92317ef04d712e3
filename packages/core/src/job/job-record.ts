import type { ErrorCode } from '../errors/error-traits.ts';
import type { MadeBy, MergeNote, RecordRange } from '../ports/merger.ts';
import type { PreflightFinding } from '../ports/preflight.ts';
import type { JobArtifact } from './artifact.ts';
import type { JobError } from './job.ts';

/** What can become of the document of a record. */
export const recordStatuses = ['rendered', 'failed'] as const;

/** What became of the document of a record. */
export type RecordStatus = (typeof recordStatuses)[number];

/** What became of the document of a record, or of the records that share one, in a merge. */
export interface JobRecord extends RecordRange, MadeBy {
  /** What its files are named after; unique in the job. */
  readonly name: string;
  readonly status: RecordStatus;
  /** Pages of the document, where it is known. */
  readonly pageCount?: number | undefined;
  /** What the document check found: the first 50. */
  readonly findings: readonly PreflightFinding[];
  /** What was changed in values: the first 50. */
  readonly notes: readonly MergeNote[];
  /** Why it failed. */
  readonly error?: JobError | undefined;
  /** The attempt that made it. */
  readonly attempt: number;
  /** Its files, page images by page. None where it failed. */
  readonly files: readonly JobArtifact[];
}

/** A document that has come to an end, without what belongs to it. */
export interface EndedRecord extends RecordRange {
  readonly status: RecordStatus;
  /** Why it failed. */
  readonly code?: ErrorCode | undefined;
}
