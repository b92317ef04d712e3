import type { JobStatus } from '@pubpipe/core';
import type { JobJson } from '@pubpipe/core/http';
import { progressCounts } from '../jobs/count-records.ts';
import { describeCounts } from './describe-records.ts';

/** Statuses as people call them. */
export const statusNames: Readonly<Record<JobStatus, string>> = {
  queued: 'Waiting',
  running: 'Running',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** A step of a job. */
export type StepName = 'queued' | 'opening' | 'exporting' | 'checking' | 'completed';

/** A step as people call it. */
interface Step {
  readonly name: StepName;
  readonly title: string;
}

const renderSteps: readonly Step[] = [
  { name: 'queued', title: 'Queue' },
  { name: 'opening', title: 'Open' },
  { name: 'exporting', title: 'Pages and PDF' },
  { name: 'checking', title: 'Check' },
  { name: 'completed', title: 'Done' },
];

// Each record is checked by itself.
const mergeSteps: readonly Step[] = [
  { name: 'queued', title: 'Queue' },
  { name: 'opening', title: 'Template and data' },
  { name: 'exporting', title: 'Records' },
  { name: 'completed', title: 'Done' },
];

/** The steps of a job as people call them, in their order. */
export const stepsOf = (job: Pick<JobJson, 'type'>): readonly Step[] => (isMerge(job) ? mergeSteps : renderSteps);

/** Whether a job fills a template with records. */
export const isMerge = ({ type }: Pick<JobJson, 'type'>): boolean => type === 'merge';

/** Which step a stage of the render belongs to. */
export function stepOf({ status, progress, error }: Pick<JobJson, 'status' | 'progress' | 'error'>): StepName {
  if (status === 'queued' || status === 'completed') return status;
  if (status === 'failed' && error?.code === 'RECORDS_FAILED') return 'exporting';
  const stage = progress?.stage;
  return stage === 'exporting' || stage === 'checking' ? stage : 'opening';
}

/** What a job that goes on is doing, in words. */
export function describeProgress(job: JobJson): string {
  const { status, progress, failures } = job;
  if (status === 'queued') return failures > 0 ? 'Waiting for the next attempt' : 'Waiting for a free place';
  if (status !== 'running') return statusNames[status];
  const counts = progressCounts(progress);
  if (counts !== undefined) return describeCounts(counts);
  if (isMerge(job)) return 'Reading the template and the data';
  const { stage, pageCount, pagesDone = 0 } = progress ?? {};
  switch (stage) {
    case 'waiting':
      return 'Waiting for a free place';
    case 'opening':
      return 'Opening the document';
    case 'exporting':
      if (pageCount === undefined) return 'Drawing the pages';
      return pagesDone < pageCount ? `Drawing page ${pagesDone + 1} of ${pageCount}` : 'Writing the PDF';
    case 'checking':
      return 'Checking the files';
    default:
      return 'Starting Scribus';
  }
}

/** How a job has ended, as an announcement; undefined while it goes on. */
export function describeEnd({ status, document, error }: JobJson): string | undefined {
  const { fileName } = document;
  if (status === 'completed') return `${fileName} is done.`;
  if (status === 'cancelled') return `${fileName} was cancelled.`;
  if (status === 'failed') return `${fileName} has failed. ${error?.message ?? ''}`.trim();
  return undefined;
}
