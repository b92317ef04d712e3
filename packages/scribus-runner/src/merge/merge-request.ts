import {
  checkWholeNumbers,
  type PngRendition,
  type PreflightCheck,
  PubpipeError,
  type RenditionRequest,
} from '@pubpipe/core/driver';
import type { DataRecord } from './data/data-record.ts';
import type { DocumentOfRecords } from './merged-document.ts';
import type { OpenedTemplate } from './template/open-template.ts';

/**
 * What happens after a record that failed. `stop`: it is handed over, and nothing more is begun. `report`: it is handed
 * over, and the others go on. `skip`: it is not even handed over.
 */
export const recordErrorModes = ['stop', 'skip', 'report'] as const;

/** One of {@link recordErrorModes}. */
export type RecordErrorMode = (typeof recordErrorModes)[number];

/** What to merge, and how. */
export interface MergeRequest {
  /** What `openTemplate` returned. While a record is rendered its document lies beside the template, under a hidden name. */
  readonly template: OpenedTemplate;
  /** In the order of their numbers; `records()` of what `openData` returned. */
  readonly records: AsyncIterable<DataRecord>;
  /** Absolute path of an existing directory. Each document's files lie in a new folder of it, which is the caller's. */
  readonly outputDirectory: string;
  /** What is made of each document. */
  readonly renditions: readonly RenditionRequest[];
  /** Names documents, with variables; no ending. @defaultValue '%VAR_COUNT%' */
  readonly name?: string | undefined;
  /** Digits of `%VAR_COUNT%` in names, filled up with zeros. @defaultValue 1 */
  readonly countDigits?: number | undefined;
  /** Names that no document gets, without an ending, as if they were given before. @defaultValue none */
  readonly takenNames?: readonly string[] | undefined;
  /** The first record that is rendered, from 1. @defaultValue 1 */
  readonly from?: number | undefined;
  /** The last one. @defaultValue the last one there is */
  readonly to?: number | undefined;
  /** Whether a document is not to be made: it is named all the same, so that the others keep their names. @defaultValue none */
  readonly isDone?: ((records: DocumentOfRecords['records']) => boolean) | undefined;
  /** Page images of the documents of these records besides `renditions`, under another prefix than those have. */
  readonly proofs?: { readonly records: readonly number[]; readonly rendition: PngRendition } | undefined;
  /** Whether the filled document is handed over too, once it has been rendered. @defaultValue false */
  readonly keepDocuments?: boolean | undefined;
  /** @defaultValue 'report' */
  readonly onRecordError?: RecordErrorMode | undefined;
  /** Which findings of the document check fail a document. @defaultValue `defaultFailOn` of the profiles that are asked for */
  readonly failOn?: readonly PreflightCheck[] | undefined;
  /**
   * Whether a template whose variables are all in texts is opened once, and edited in processes that make some records
   * each (`recordsPerProcess` of the renderer). The pages are the same either way; without, each document is written and
   * opened by itself. @defaultValue true
   */
  readonly fastPath?: boolean | undefined;
  /** Upper bound of one document's render, in milliseconds. @defaultValue the renderer's own */
  readonly timeoutMs?: number | undefined;
}

/** A request with every choice made. */
export interface ResolvedMergeRequest extends MergeRequest {
  readonly name: string;
  readonly countDigits: number;
  readonly from: number;
  readonly to: number;
  readonly onRecordError: RecordErrorMode;
  readonly fastPath: boolean;
}

/** Fills in and checks a request. Throws `INVALID_INPUT` naming what is wrong. */
export function resolveMergeRequest(request: MergeRequest): ResolvedMergeRequest {
  const { name = '%VAR_COUNT%', countDigits = 1, from = 1, onRecordError = 'report', fastPath = true } = request;
  const to = request.to ?? Number.MAX_SAFE_INTEGER;
  checkWholeNumbers({ from }, { least: 1 });
  checkWholeNumbers({ to }, { least: from });
  checkWholeNumbers({ countDigits }, { least: 1, most: 15 });
  if (!recordErrorModes.includes(onRecordError)) {
    throw new PubpipeError('INVALID_INPUT', `onRecordError must be one of ${recordErrorModes.join(', ')}.`);
  }
  return Object.freeze({ ...request, name, countDigits, from, to, onRecordError, fastPath });
}
