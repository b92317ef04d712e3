import { expect, test } from 'vitest';
import type { FeedLine } from '../work/feed-lines.ts';
import { judgeFeed, judgeHandled } from './judge-feed.ts';
import type { EventRow } from './read-rows.ts';

const events: readonly EventRow[] = [
  { job_id: 'a', seq: 1, position: 1, type: 'queued', data: {} },
  { job_id: 'a', seq: 2, position: 3, type: 'started', data: { attempt: 1 } },
  { job_id: 'a', seq: 3, position: 4, type: 'completed', data: { attempt: 1 } },
];
const lines: readonly FeedLine[] = events.map(({ type, position, job_id: jobId, seq }) => ({
  type,
  position: position ?? 0,
  jobId,
  seq,
}));
const erased: FeedLine = { type: 'queued', position: 2, jobId: 'erased', seq: 1 };
const [first, second, third] = lines as [FeedLine, FeedLine, FeedLine];

test('a follower that has seen every event once is right, whatever it has seen of erased jobs', () => {
  expect(judgeFeed(lines, events)).toEqual([]);
  expect(judgeFeed([first, erased, second, third], events)).toEqual([]);
});

test('an event that is lost, repeated, late or made up is seen', () => {
  expect(judgeFeed([first, third], events)).toEqual(['1 events were lost, such as 3 a 2']);
  expect(judgeFeed([first, second, second, third], events)).toHaveLength(2);
  expect(judgeFeed([first, third, second], events)).toEqual(['1 entries were repeated, or came late']);
  expect(judgeFeed([...lines, { ...third, position: 5, seq: 4 }], events)).toEqual([
    '1 entries are not in the history',
  ]);
});

test('a reset is seen', () => {
  expect(judgeFeed([{ type: 'reset', position: 1 }, second, third], events)).toHaveLength(2);
  expect(judgeHandled([{ type: 'reset', position: 1 }], [])).toHaveLength(1);
});

test('a consumer must have handled each end of a job at least once', () => {
  const handled = { type: 'completed', jobId: 'a' };
  expect(judgeHandled([handled], events)).toEqual([]);
  expect(judgeHandled([handled, handled], events)).toEqual([]);
  expect(judgeHandled([{ type: 'cancelled', jobId: 'a' }], events)).toEqual(['the consumer has missed 1 ends of jobs']);
});
