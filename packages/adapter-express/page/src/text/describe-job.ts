import type { JobStatus } from '@pubpipe/core';
import type { JobJson } from '@pubpipe/core/http';

/** Statuses as people call them. */
export const statusNames: Readonly<Record<JobStatus, string>> = {
  queued: 'Waiting',
  running: 'Running',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** The steps of a job as people call them, in their order. */
export const steps = [
  { name: 'queued', title: 'Queue' },
  { name: 'opening', title: 'Open' },
  { name: 'exporting', title: 'Pages and PDF' },
  { name: 'checking', title: 'Check' },
  { name: 'completed', title: 'Done' },
] as const;

/** A step of a job. */
export type StepName = (typeof steps)[number]['name'];

/** Which step a stage of the render belongs to. */
export function stepOf({ status, progress }: Pick<JobJson, 'status' | 'progress'>): StepName {
  if (status === 'queued' || status === 'completed') return status;
  const stage = progress?.stage;
  return stage === 'exporting' || stage === 'checking' ? stage : 'opening';
}

/** What a job that goes on is doing, in words. */
export function describeProgress({ status, progress, failures }: JobJson): string {
  if (status === 'queued') return failures > 0 ? 'Waiting for the next attempt' : 'Waiting for a free place';
  if (status !== 'running') return statusNames[status];
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
