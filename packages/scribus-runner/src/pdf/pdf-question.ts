import type { JoinPlan } from '../join/join-plan.ts';
import type { PartReading } from '../join/part-reading.ts';
import type { PdfFacts } from './pdf-facts.ts';

/** What a thread that reads PDFs is asked. */
export interface PdfQuestion extends ReadOptions {
  /** Descriptor of the open file. The asker keeps it open until it has the answer. */
  readonly descriptor: number;
  /** Given to pin the file, or the copy that takes its place. */
  readonly pin?: PinQuestion | undefined;
  /** Given to read it as a part of a PDF that is joined. */
  readonly asPart?: true | undefined;
  /** Given when it is the pages of parts, to say what is to be changed in it. */
  readonly join?: JoinFiles | undefined;
}

/** How a PDF is read. */
export interface ReadOptions {
  /** Opens it, if it is encrypted. */
  readonly password?: string | undefined;
  /** Bound of all streams unpacked, if it is not to be as of one document. */
  readonly unpackedBytes?: number | undefined;
}

/** How a file is pinned. */
export interface PinQuestion {
  readonly date: Date;
  /** Absolute path, where nothing is yet, to which it is copied if something has to be named anew. */
  readonly copyTo: string;
  /** Given to read what comes of it, too. */
  readonly thenRead?: ReadOptions | undefined;
}

/** The files beside the pages of parts that are joined, and what is to be done. */
export interface JoinFiles {
  readonly plan: JoinPlan;
  /** Descriptor of the first part. */
  readonly firstPart: number;
  /** Descriptor of an empty file, for what is to be changed. */
  readonly updateTo: number;
}

/** What it answers. */
export interface PdfAnswer {
  readonly facts?: PdfFacts;
  readonly part?: PartReading;
  /** Whether it was copied. */
  readonly copied?: boolean;
  /** What is wrong with the file. */
  readonly fault?: string;
  /** Why it could not be read, for instance an error of the disk. */
  readonly error?: unknown;
  /** Code of that error, which is lost between threads. */
  readonly errorCode?: string | undefined;
}
