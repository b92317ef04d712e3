import type { DocumentProgress } from './document-progress.ts';

/** Shows a person how the documents of a run get on. */
export interface ProgressView {
  /** Takes note of how far a document is. */
  readonly show: (progress: DocumentProgress) => void;
  /** Ends the display, with what it showed last left standing. */
  readonly close: () => void;
}

/** Where a view writes, as `process.stdout` is. */
export interface TextOutput {
  write(text: string): unknown;
}
