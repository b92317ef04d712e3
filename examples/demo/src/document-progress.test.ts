import type { JobEvent } from '@pubpipe/core';
import { expect, test } from 'vitest';
import { advance, beginProgress, describeProgress } from './document-progress.ts';

const event = (type: JobEvent['type'], data: JobEvent['data'] = {}, createdAt = 0): JobEvent => {
  return { tenant: 'default', jobId: '1', seq: 1, type, data, createdAt };
};
const describeAfter = (...events: readonly JobEvent[]): string => {
  return describeProgress(events.reduce(advance, beginProgress('menu')));
};

test('the events of a job tell how far its document is', () => {
  const queued = event('queued');
  const started = event('started', { attempt: 1 });
  const opened = event('progress', { stage: 'opening', pageCount: 3 });
  const exporting = event('progress', { stage: 'exporting', pagesDone: 2 });
  const imaged = event('progress', { stage: 'exporting', pagesDone: 3 });
  expect(describeAfter()).toBe('uploading');
  expect(describeAfter(queued)).toBe('queued');
  expect(describeAfter(queued, started)).toBe('claimed by a worker');
  expect(describeAfter(queued, started, opened)).toBe('opening');
  expect(describeAfter(queued, started, opened, exporting)).toBe('page images: 2 of 3');
  expect(describeAfter(queued, started, opened, exporting, imaged)).toBe('writing the PDF');
  expect(describeAfter(queued, started, opened, exporting, imaged, event('completed'))).toBe('fetching the results');
});

test('a retried attempt begins again without pages, and says why', () => {
  const progress = [
    event('started', {}, 1_000),
    event('progress', { stage: 'exporting', pageCount: 3, pagesDone: 2 }),
    event('retrying', { message: 'Scribus died.' }),
  ].reduce(advance, beginProgress('menu'));
  expect(describeProgress(progress)).toBe('queued again: Scribus died.');
  expect(advance(progress, event('started', {}, 9_000))).toMatchObject({ pagesDone: 0, startedAt: 1_000 });
});

test('a failed job says why', () => {
  expect(describeAfter(event('failed', { message: 'The document is empty.' }))).toBe('failed: The document is empty.');
});
