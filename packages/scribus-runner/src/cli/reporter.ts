import type { PubpipeError } from '@pubpipe/core/driver';
import type { PlannedDocument } from './plan-outputs.ts';
import type { RenderedDocument } from './render-document.ts';

/** How many documents the command has come to an end with. */
interface Counts {
  readonly rendered: number;
  readonly failed: number;
  /** Those that were interrupted, or not begun. */
  readonly stopped: number;
}

/** Tells what has become of the documents, each once. */
export interface Reporter {
  rendered(document: PlannedDocument, rendered: RenderedDocument, durationMs: number): void;
  failed(document: PlannedDocument, error: PubpipeError, durationMs: number): void;
  /** The command ended before the document did. */
  stopped(document: PlannedDocument): void;
  ended(counts: Counts): void;
}
