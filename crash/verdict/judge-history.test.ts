import type { JobEventType } from '@pubpipe/core';
import { expect, test } from 'vitest';
import { judgeHistory } from './judge-history.ts';
import type { EventRow } from './read-rows.ts';

type Entry = JobEventType | readonly [type: JobEventType, attempt: number];

const historyOf = (...entries: readonly Entry[]): readonly EventRow[] =>
  entries.map((entry, index) => {
    const [type, attempt] = typeof entry === 'string' ? [entry] : entry;
    return { job_id: 'a', seq: index + 1, position: 10 + index, type, data: attempt === undefined ? {} : { attempt } };
  });

test('a job that is lost, fails, and is done has a sound history', () => {
  const history = historyOf(
    'queued',
    ['started', 1],
    'progress',
    'requeued',
    ['started', 2],
    ['retrying', 2],
    ['started', 3],
    'preview',
    ['completed', 3],
  );
  expect(judgeHistory(history)).toEqual([]);
  expect(judgeHistory(historyOf('queued', 'cancelled', 'retried', ['started', 1], ['failed', 1]))).toEqual([]);
});

test('what an attempt writes after it is over is seen', () => {
  expect(judgeHistory(historyOf('queued', ['started', 1], 'requeued', ['completed', 1]))).toEqual([
    '"completed" (4) while queued',
  ]);
  expect(judgeHistory(historyOf('queued', ['started', 1], 'requeued', ['started', 2], ['completed', 1]))).toEqual([
    '"completed" (5) of attempt 1 during attempt 2',
  ]);
  expect(judgeHistory(historyOf('queued', ['started', 1], ['completed', 1], 'progress'))).toEqual([
    '"progress" (4) while completed',
  ]);
});

test('a second completion, a claim that was not noted and a gap are seen', () => {
  const twice = historyOf('queued', ['started', 1], ['completed', 1], ['completed', 1]);
  expect(judgeHistory(twice)).toEqual(['"completed" (4) while completed']);
  expect(judgeHistory(historyOf('queued', ['started', 2]))).toHaveLength(1);
  expect(judgeHistory(historyOf('queued', ['started', 1]).slice(1))).toContain('event 2 is number 1');
});

test('positions that are missing or go back are seen', () => {
  const [first, second] = historyOf('queued', ['started', 1]) as [EventRow, EventRow];
  expect(judgeHistory([first, { ...second, position: null }])).toEqual(['event 2 has no position']);
  expect(judgeHistory([first, { ...second, position: 5 }])).toEqual(['event 2 stands before the one before it']);
});
