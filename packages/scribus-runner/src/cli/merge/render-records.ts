import {
  type ErrorCode,
  isPubpipeError,
  MissingProofs,
  type PubpipeError,
  type Renderer,
  toPubpipeError,
} from '@pubpipe/core/driver';
import { type MergedDocument, type MergeRequest, mergeRecords } from '../../merge/index.ts';
import { removeTree } from '../../remove-tree.ts';
import { OutputFailure } from '../output-failure.ts';
import type { ProgressBars } from '../progress-bars.ts';
import { failedEntry, type MergeEntry, renderedEntry } from './merge-entry.ts';
import type { JoinedDocuments, MergeJoin } from './merge-join.ts';
import type { MergeReport } from './merge-report.ts';
import type { MergeReporter } from './merge-reporter.ts';
import type { MergeTargets } from './merge-targets.ts';
import { pdfTargetOf, placeMerged } from './place-merged.ts';
import { ResumePoint } from './resume-point.ts';

/** Who is told of documents, and where they go. */
export interface RenderRecordsContext {
  readonly targets: MergeTargets;
  readonly report: MergeReport | undefined;
  readonly reporter: MergeReporter;
  readonly bars: ProgressBars;
  /** Joins the documents, if they are to be. */
  readonly join: MergeJoin | undefined;
  /** How many pages of a document are rendered, if not all. */
  readonly pagesEach: number | undefined;
  readonly signal: AbortSignal;
}

/** How the records ended. */
export interface EndedRecords {
  /** Why documents failed. */
  readonly failures: ReadonlySet<ErrorCode>;
  /** What ended the merge before its records did. */
  readonly error: PubpipeError | undefined;
}

/** Renders records, moves each document to where it belongs, and tells what became of it. */
export async function renderRecords(
  renderer: Renderer,
  request: MergeRequest,
  context: RenderRecordsContext,
): Promise<EndedRecords> {
  const { report, reporter, bars, signal, join, targets } = context;
  const failures = new Set<ErrorCode>();
  const counts = { rendered: 0, failed: 0 };
  const paths = { fast: 0, xml: 0 };
  const begun = new Map<number, object>();
  /** Folders that were made for documents, and are there. */
  const made = new Set<string>();
  const { from = 1, to = Number.MAX_SAFE_INTEGER, onRecordError } = request;
  const resume = new ResumePoint(from);
  const missing = request.proofs && new MissingProofs(request.proofs.records);
  let error: PubpipeError | undefined;
  let joined: JoinedDocuments | undefined;
  const onProgress = (
    document: Pick<MergedDocument, 'records' | 'name'>,
    progress: Parameters<ProgressBars['update']>[1],
  ) => {
    if (!begun.has(document.records.first)) {
      begun.set(document.records.first, document);
      bars.begin(document, document.name);
    }
    bars.update(document, progress);
  };
  try {
    for await (const document of mergeRecords(renderer, request, { signal, onProgress })) {
      const entry = await settle(document, request, { ...context, made });
      if (entry.error !== undefined) failures.add(entry.error.code);
      else missing?.pass(entry.records);
      counts[entry.status] += 1;
      paths[entry.path] += 1;
      bars.end(begun.get(document.records.first) ?? document, { failed: entry.status === 'failed' });
      begun.delete(document.records.first);
      // A record that stopped the merge is where to go on when it has been corrected.
      if (entry.error === undefined || onRecordError !== 'stop') resume.pass(entry.records);
      reporter.ended(entry);
      await report?.add(entry);
    }
    // Half a book looks like a whole one.
    if (onRecordError !== 'stop' || counts.failed === 0) joined = await join?.join(signal);
  } catch (thrown) {
    if (!isPubpipeError(thrown)) throw thrown;
    error = thrown;
  }
  bars.close();
  // Where there are no single ones, a book that was not made has to be made from its beginning.
  const isLost = join !== undefined && targets.parts !== undefined && joined === undefined && counts.rendered > 0;
  const at = isLost ? from : resume.at;
  const resumeFrom = at <= to ? at : null;
  const summary = {
    ...counts,
    paths,
    missingProofs: missing?.list(),
    resumeFrom,
    ...(join && { joined: joined ?? null }),
  };
  await report?.end(summary);
  // Who reads no results reads no summary either.
  if (!(signal.reason instanceof OutputFailure)) reporter.summary(summary);
  return { failures, error };
}

async function settle(
  document: MergedDocument,
  { template }: MergeRequest,
  { targets, join, pagesEach, made }: RenderRecordsContext & { readonly made: Set<string> },
): Promise<MergeEntry> {
  if (document.status === 'failed') return failedEntry(document, document.error);
  try {
    const from = `${template.inputDirectory}/${template.document}`;
    const { outputs, proofs } = await placeMerged(document, { targets, template: from, made });
    const { records, name, result } = document;
    const pdf = pdfTargetOf(document, targets);
    join?.add(pdf, { records, name, pageCount: pagesEach ?? result.pageCount });
    const kept = targets.parts === undefined ? outputs : outputs.filter((path) => path !== pdf);
    return renderedEntry(document, { outputs: kept, proofs });
  } catch (error) {
    return failedEntry(document, toPubpipeError(error, 'INTERNAL', 'The files could not be moved.'));
  } finally {
    await removeTree(document.directory);
  }
}
