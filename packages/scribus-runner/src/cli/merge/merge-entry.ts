import type { ErrorCode, MadeBy, PreflightFinding, PreflightReport, PubpipeError } from '@pubpipe/core/driver';
import type { DocumentOfRecords, FailedRecords, MergeFinding, RenderedRecords } from '../../merge/index.ts';
import type { PlacedDocument } from './place-merged.ts';

/** What became of one document, as it is printed and reported. Fields are added, never renamed or removed. */
export interface MergeEntry extends DocumentOfRecords, MadeBy {
  readonly status: 'rendered' | 'failed';
  /** Absolute paths. */
  readonly outputs: readonly string[];
  /** Which of them are proofs. */
  readonly proofs: readonly string[];
  readonly pageCount?: number | undefined;
  readonly findings: readonly PreflightFinding[];
  /** What was changed in values. */
  readonly notes: readonly MergeFinding[];
  readonly error?:
    | { readonly code: ErrorCode; readonly message: string; readonly retryable: boolean; readonly details: object }
    | undefined;
}

/** The entry of a document whose files lie where they belong. */
export function renderedEntry(
  { records, name, path, pathReason, result, notes }: RenderedRecords,
  { outputs, proofs }: PlacedDocument,
): MergeEntry {
  const { pageCount, findings } = result;
  return { records, name, status: 'rendered', path, pathReason, outputs, proofs, pageCount, findings, notes };
}

/** The entry of a document that failed. */
export function failedEntry(
  { records, name, path, pathReason }: Pick<FailedRecords, keyof DocumentOfRecords | keyof MadeBy>,
  error: PubpipeError,
): MergeEntry {
  // The report of the document check is large; its findings are there once.
  const { preflight, findings: first = [], ...details } = error.details;
  const report = preflight as PreflightReport | undefined;
  const { code, message, retryable } = error;
  return {
    records,
    name,
    status: 'failed',
    path,
    pathReason,
    outputs: [],
    proofs: [],
    pageCount: report?.pageCount,
    findings: report?.findings ?? (first as readonly PreflightFinding[]),
    notes: [],
    error: { code, message, retryable, details },
  };
}
