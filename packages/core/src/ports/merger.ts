import type { PubpipeError } from '../errors/pubpipe-error.ts';
import type { AssetName } from './asset-name.ts';
import type { PreflightCheck } from './preflight.ts';
import type { RenderProgress, RenderResult } from './renderer.ts';
import type { PngRendition, Rendition, RenditionRequest } from './renditions.ts';

/** How the records of a merge are written. `ndjson` is one JSON object a line. */
export const mergeDataFormats = ['csv', 'json', 'ndjson'] as const;

/** One of {@link mergeDataFormats}. */
export type MergeDataFormat = (typeof mergeDataFormats)[number];

/** Encodings that the data of a merge may be in. */
export const mergeDataEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;

/** One of {@link mergeDataEncodings}. */
export type MergeDataEncoding = (typeof mergeDataEncodings)[number];

/**
 * What goes with an empty value, or with a variable that no column is named after. `remove`: the separator before it, and
 * a paragraph or frame of which nothing is left. `keep-separators`: the paragraph or frame only. `keep`: nothing, and
 * variables without a column stay as they are written.
 */
export const emptyValueModes = ['remove', 'keep-separators', 'keep'] as const;

/** One of {@link emptyValueModes}. */
export type EmptyValueMode = (typeof emptyValueModes)[number];

/** What becomes of line breaks and tabs in values. `keep`: line breaks and tabs. `space`: a space for each. */
export const lineBreakModes = ['keep', 'space'] as const;

/** One of {@link lineBreakModes}. */
export type LineBreakMode = (typeof lineBreakModes)[number];

/**
 * How documents are made. `fast`: the template is opened once, and its texts are edited in processes that have it open.
 * `xml`: the template is filled as a file, which the program opens.
 */
export const mergePaths = ['fast', 'xml'] as const;

/** One of {@link mergePaths}. */
export type MergePath = (typeof mergePaths)[number];

/** How a document was made, or is to be. */
export interface MadeBy {
  readonly path: MergePath;
  /** Why it is not the fast path. */
  readonly pathReason?: string | undefined;
}

/** Numbers of the first and the last record of a document, from 1; the same where each record has one. */
export interface RecordRange {
  readonly first: number;
  readonly last: number;
}

/** Where the records are, and how they are written. */
export interface MergeData {
  /** Path inside `inputDirectory`. */
  readonly file: AssetName;
  /** The name that the data came with; it says the format where `format` does not. */
  readonly fileName: string;
  readonly format?: MergeDataFormat | undefined;
  /** @defaultValue told by its bytes */
  readonly encoding?: MergeDataEncoding | undefined;
  /** What stands between the cells of CSV, one character. @defaultValue told by the header */
  readonly delimiter?: string | undefined;
}

/** What to merge, and how. */
export interface MergeRequest {
  /** Absolute path of the directory with the template, the data and the files beside them. The merger may write hidden files there while it works. */
  readonly inputDirectory: string;
  /** The template's path inside `inputDirectory`. */
  readonly template: AssetName;
  readonly data: MergeData;
  /** @defaultValue 'remove' */
  readonly emptyValues?: EmptyValueMode | undefined;
  /** @defaultValue 'keep' */
  readonly lineBreaks?: LineBreakMode | undefined;
  /** Absolute path of an existing directory, which the caller owns. */
  readonly outputDirectory: string;
  /** What is made of each document. */
  readonly renditions: readonly RenditionRequest[];
  /** Names documents, with variables of the template's language; no ending. @defaultValue the number of the record */
  readonly name?: string | undefined;
  /** The first record that is wanted, from 1. @defaultValue 1 */
  readonly from?: number | undefined;
  /** The last one. @defaultValue the last one there is */
  readonly to?: number | undefined;
  /** Whether nothing more is begun after a document has failed. @defaultValue false */
  readonly stopOnError?: boolean | undefined;
  /** Which findings fail a document. @defaultValue `defaultFailOn` of the profiles that are asked for */
  readonly failOn?: readonly PreflightCheck[] | undefined;
  /** Upper bound of one document's render, in milliseconds. @defaultValue the renderer's own */
  readonly timeoutMs?: number | undefined;
  /** Page images of these records' documents besides `renditions`, under another prefix than those have. */
  readonly proofs?: { readonly records: readonly number[]; readonly rendition: PngRendition } | undefined;
  /** Whether the filled document is handed over too, once it has been rendered. @defaultValue false */
  readonly keepDocuments?: boolean | undefined;
}

/** What is known of a merge before anything is rendered; its path is that of documents about which nothing is against it. */
export interface MergeFacts extends MadeBy {
  readonly format: MergeDataFormat;
  readonly encoding: MergeDataEncoding;
  /** Of CSV. */
  readonly delimiter?: string | undefined;
  /** Records of all the data. */
  readonly records: number;
  /** Records of the data that are wanted. */
  readonly wanted: number;
  /** How many records one document takes. */
  readonly recordsPerDocument: number;
  /** Variables that no record has a value for, at most 1,000. */
  readonly missingColumns: readonly string[];
}

/** Something about a record that did not keep it from being rendered. */
export interface MergeNote {
  readonly kind: string;
  /** The record's number. */
  readonly record: number;
  readonly column?: string | undefined;
  readonly message: string;
}

/**
 * A template as it was filled, for the program that renders it. It finds its images when it lies under the document's name
 * where the files beside the template are.
 */
export interface FilledDocument {
  /** Its path inside the output directory. */
  readonly name: AssetName;
  readonly mediaType: string;
  /** Length in bytes. */
  readonly byteSize: number;
}

/** What all documents have. */
interface DocumentBase extends MadeBy {
  readonly records: RecordRange;
  /** Safe, and given once in the merge: letters of any script, `/` between folders, no ending. The same in each attempt. */
  readonly name: string;
}

/** A document that was rendered and checked. */
export interface RenderedDocument extends DocumentBase {
  readonly status: 'rendered';
  /** Its files, whose names are paths inside the output directory. */
  readonly files: readonly Rendition[];
  /** Where it was to be kept. */
  readonly filledDocument?: FilledDocument | undefined;
  readonly result: Pick<RenderResult, 'pageCount' | 'findings' | 'stageMs' | 'renderedBy'>;
  /** What was changed in values. */
  readonly notes: readonly MergeNote[];
  /** Removes its files; the caller does so when it has taken them. Idempotent. */
  readonly discard: () => Promise<void>;
}

/** A document that could not be made; nothing of it is left. */
export interface FailedDocument extends DocumentBase {
  readonly status: 'failed';
  readonly error: PubpipeError;
}

/** What became of one document. */
export type MergedDocument = RenderedDocument | FailedDocument;

/** How a caller follows and ends a merge. */
export interface MergeControls {
  /** Ends the merge and every render of it at once. */
  readonly signal?: AbortSignal | undefined;
  /** Whether a document is not to be made again. It is still named, so that the others keep their names. @defaultValue none */
  readonly isDone?: ((records: RecordRange) => boolean) | undefined;
  /** Called at each step of each document. What it throws fails the document. */
  readonly onProgress?: ((records: RecordRange, progress: RenderProgress) => void) | undefined;
}

/** A merge whose template and data have been read once. */
export interface PreparedMerge {
  readonly facts: MergeFacts;

  /**
   * Renders the document of each record, and hands each over when it has ended, in the order in which they end. A
   * document that fails does not hold the others back. No more are begun than are taken: what is held, in memory and
   * on disk, does not grow with the number of records. When the iteration ends, early or not, no render is left, nor
   * anything of documents that were not handed over.
   *
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when the program can't be started: no document is to blame.
   * @throws PubpipeError `CANCELLED` when `signal` aborts first; `CLOSED` when the renderer closes.
   */
  documents(controls?: MergeControls): AsyncIterable<MergedDocument>;
}

/** Fills a template with records and renders what comes of it. */
export interface Merger {
  /**
   * Reads the template and all data once, holding nothing of the data, so that what can't be read is refused before
   * anything is rendered.
   *
   * @throws PubpipeError `INVALID_INPUT` naming what of the request is wrong.
   * @throws PubpipeError `DATA_UNREADABLE` when the data can't be read to its end; details `reason`, `line`, `record`.
   * @throws PubpipeError `DOCUMENT_UNREADABLE`, `DOCUMENT_TRUNCATED`, `UNSAFE_DOCUMENT` when the template is no whole document.
   * @throws PubpipeError `CANCELLED` when `signal` aborts first.
   */
  prepare(request: MergeRequest, controls?: { readonly signal?: AbortSignal | undefined }): Promise<PreparedMerge>;
}
