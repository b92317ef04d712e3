import type { PdfFacts } from './pdf-facts.ts';

/** What a thread that reads PDFs is asked. */
export interface PdfQuestion {
  /** Descriptor of the open file. The asker keeps it open until it has the answer. */
  readonly descriptor: number;
  /** Given to pin the file to this date. */
  readonly pinTo?: Date | undefined;
  /** Descriptor of an empty file, given to copy the file into it if something has to be named anew. */
  readonly copyTo?: number | undefined;
}

/** What it answers. */
export interface PdfAnswer {
  readonly facts?: PdfFacts;
  /** Whether it was copied. */
  readonly copied?: boolean;
  /** What is wrong with the file. */
  readonly fault?: string;
  /** Why it could not be read, for instance an error of the disk. */
  readonly error?: unknown;
  /** Code of that error, which is lost between threads. */
  readonly errorCode?: string | undefined;
}
