import { expect, test } from 'vitest';
import { judgeWork } from './judge-work.ts';
import type { WorkLine } from './work-line.ts';

const line = (job: string, what: WorkLine['what'], worker: number, at = 0): WorkLine => ({ job, what, worker, at });
const kill = { worker: 1, at: 10_000 };

test('a job that another worker has begun and done is neither undone nor repeated', () => {
  const lines = [
    line('a', 'begun', 1),
    line('a', 'halted', 1),
    line('a', 'begun', 2, 12_500),
    line('a', 'worked', 2, 12_600),
  ];
  expect(judgeWork(['a'], lines, kill)).toEqual({ undone: 0, repeated: 0, taken: 1, takenAfterS: 2.5 });
});

test('a job whose work was done before the kill and after it is repeated', () => {
  const lines = [line('a', 'worked', 1), line('a', 'halted', 1), line('a', 'begun', 2), line('a', 'worked', 2)];
  expect(judgeWork(['a'], lines, kill)).toMatchObject({ undone: 0, repeated: 1 });
});

test('a job that nobody has begun again is undone, and no time is told', () => {
  const lines = [line('a', 'begun', 1), line('a', 'halted', 1), line('b', 'begun', 1), line('b', 'worked', 1)];
  expect(judgeWork(['a', 'b'], lines, kill)).toEqual({ undone: 1, repeated: 0, taken: 0, takenAfterS: undefined });
});

test('the time is that of the last job to be begun again', () => {
  const lines = ['a', 'b'].flatMap((job, index) => [
    line(job, 'halted', 1),
    line(job, 'begun', 2, 11_000 + index * 1_000),
    line(job, 'begun', 3, 30_000),
  ]);
  expect(judgeWork(['a', 'b'], lines, kill)).toMatchObject({ taken: 2, takenAfterS: 2 });
});
