import { expect, it } from 'vitest';
import { toBullMQPriority } from './to-bullmq-priority.ts';

it('turns the order round, within what BullMQ takes', () => {
  const given = [1_000, 1, 0, -1, -1_000];
  const taken = given.map(toBullMQPriority);
  expect(taken).toEqual(taken.toSorted((a, b) => a - b));
  expect(new Set(taken).size).toBe(given.length);
});

it.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 40, -(2 ** 40)])(
  'takes the limit for %d',
  (priority) => {
    expect(toBullMQPriority(priority)).toBeGreaterThanOrEqual(1);
    expect(toBullMQPriority(priority)).toBeLessThanOrEqual(2 ** 21);
  },
);
