import type { JobEvent, RenderProgress, RenderStage } from '@pubpipe/core';

/** Where a document is: sent in, waiting for the queue, at a stage of its render, fetched, or ended. */
type Step = 'uploading' | 'queued' | RenderStage | 'fetching' | 'completed' | 'failed' | 'cancelled';

/** How far a document is. */
export interface DocumentProgress {
  /** The document's name. */
  readonly name: string;
  readonly step: Step;
  /** Pages of the document, once Scribus has opened it. */
  readonly pageCount?: number | undefined;
  /** Page images that are finished. */
  readonly pagesDone: number;
  /** Of a merge: records that are there, and that are wanted. */
  readonly recordsDone?: number | undefined;
  readonly recordsTotal?: number | undefined;
  /** When it was first claimed, in milliseconds since 1970. */
  readonly startedAt?: number | undefined;
  /** When its job ended, in milliseconds since 1970. */
  readonly endedAt?: number | undefined;
  /** Why its last attempt failed. */
  readonly failure?: string | undefined;
}

/** A document of which nothing has been sent yet. */
export function beginProgress(name: string): DocumentProgress {
  return { name, step: 'uploading', pagesDone: 0 };
}

/** How far a document is after the next event of its job. */
export function advance(progress: DocumentProgress, { type, data, createdAt }: JobEvent): DocumentProgress {
  switch (type) {
    case 'started':
      return { ...progress, step: 'waiting', pagesDone: 0, startedAt: progress.startedAt ?? createdAt };
    case 'progress':
      return { ...progress, ...toPages(progress, data), step: (data as unknown as RenderProgress).stage };
    case 'completed':
      // Its files are still to be fetched.
      return { ...progress, ...toPages(progress, data), step: 'fetching', endedAt: createdAt, failure: undefined };
    case 'failed':
      return { ...progress, step: 'failed', endedAt: createdAt, failure: String(data['message']) };
    case 'cancelled':
      return { ...progress, step: 'cancelled', endedAt: createdAt };
    case 'retrying':
      return { ...progress, step: 'queued', failure: String(data['message']) };
    case 'queued':
    case 'requeued':
    case 'retried':
      return { ...progress, step: 'queued' };
    default:
      return progress;
  }
}

/** The numbers of pages that an event tells, or else the ones known before. */
function toPages(known: DocumentProgress, data: JobEvent['data']) {
  const { pageCount = known.pageCount, pagesDone = known.pagesDone } = data as Partial<RenderProgress>;
  const { recordsDone = known.recordsDone, recordsTotal = known.recordsTotal } = data as Partial<RenderProgress>;
  return { pageCount, pagesDone, recordsDone, recordsTotal };
}

/** Whether nothing happens to the document any more. */
export function hasEnded({ step }: DocumentProgress): boolean {
  return step === 'completed' || step === 'failed' || step === 'cancelled';
}

/** How far a document is, in words. */
export function describeProgress(progress: DocumentProgress): string {
  const { step, pageCount, pagesDone, recordsDone, recordsTotal, failure } = progress;
  switch (step) {
    case 'queued':
      return failure === undefined ? 'queued' : `queued again: ${failure}`;
    case 'waiting':
      return 'claimed by a worker';
    case 'starting':
      return 'starting Scribus';
    case 'exporting':
      if (recordsTotal !== undefined) return `records: ${recordsDone} of ${recordsTotal}`;
      return pagesDone === pageCount ? 'writing the PDF' : `page images: ${pagesDone} of ${pageCount}`;
    case 'checking':
      return 'checking the files';
    case 'fetching':
      return 'fetching the results';
    case 'completed':
      return pageCount === 1 ? 'done: 1 page' : `done: ${pageCount} pages`;
    case 'failed':
      return `failed: ${failure}`;
    default:
      return step;
  }
}
