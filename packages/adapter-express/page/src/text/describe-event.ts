import type { EventJson } from '@pubpipe/core/http';
import { progressCounts } from '../jobs/count-records.ts';
import { describeCounts } from './describe-records.ts';

const stageTexts: Readonly<Record<string, string>> = {
  waiting: 'Waits for a free place at the renderer',
  starting: 'Scribus starts',
  opening: 'Scribus opens the document',
  checking: 'The files are checked',
};

/** An entry of a job's history, as a sentence. */
export function describeEvent({ type, data }: EventJson): string {
  switch (type) {
    case 'queued':
      return 'Handed in';
    case 'started':
      return `Attempt ${textOf(data['attempt'])} begins`;
    case 'progress':
      return describeProgress(data);
    case 'preview':
      return `Image of page ${textOf(data['page'])} is there`;
    case 'retrying':
      return `Failed, and will be tried again: ${textOf(data['message'])}`;
    case 'requeued':
      return `Back in the queue: ${textOf(data['reason'])}`;
    case 'retried':
      return 'Tried again by hand';
    case 'completed':
      return 'Done';
    case 'failed':
      return `Failed: ${textOf(data['message'])}`;
    case 'cancelled':
      return 'Cancelled';
    default:
      // Of a newer server.
      return type;
  }
}

function describeProgress(data: EventJson['data']): string {
  const counts = progressCounts(data);
  if (counts !== undefined) return describeCounts(counts);
  const { stage, pageCount, pagesDone } = data;
  if (stage !== 'exporting') return stageTexts[textOf(stage)] ?? textOf(stage);
  if (typeof pageCount !== 'number') return 'The pages are drawn';
  const done = typeof pagesDone === 'number' ? pagesDone : 0;
  return done === 0 ? `The pages are drawn: ${pageCount}` : `Pages drawn: ${done} of ${pageCount}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? `${value}` : '');
