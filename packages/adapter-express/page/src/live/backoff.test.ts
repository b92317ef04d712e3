import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('waits grow twice as long up to 15 s, and no longer', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1_000].map((failures) => backoffMs(failures, () => 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ]);
});

test('half of a wait is left to chance', () => {
  expect(backoffMs(1, () => 0)).toBe(250);
});
