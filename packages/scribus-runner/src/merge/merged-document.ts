import type { MadeBy, PubpipeError, RenderResult } from '@pubpipe/core/driver';
import type { MergeFinding } from './template/merge-finding.ts';

/** The document of one record, or of the records that share it. */
export interface DocumentOfRecords {
  /** Numbers of its first and last record; the same where each record has a document. */
  readonly records: { readonly first: number; readonly last: number };
  /** Safe, and given once: letters of any script, `/` between folders, no ending. */
  readonly name: string;
}

/** A document that was rendered. */
export interface RenderedRecords extends DocumentOfRecords, MadeBy {
  readonly status: 'rendered';
  /** Absolute path of the folder that holds its renditions; the caller moves or removes it. */
  readonly directory: string;
  /** Name of the filled document in `directory`, where it is asked for. Its images are linked as from the template's place. */
  readonly filledDocument?: string | undefined;
  readonly result: RenderResult;
  /** What was changed in values. */
  readonly notes: readonly MergeFinding[];
}

/** A document that could not be made; nothing of it is left. */
export interface FailedRecords extends DocumentOfRecords, MadeBy {
  readonly status: 'failed';
  readonly error: PubpipeError;
}

/** What became of one document. */
export type MergedDocument = RenderedRecords | FailedRecords;
