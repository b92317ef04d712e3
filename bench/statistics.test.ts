import { expect, test } from 'vitest';
import { median, pairedRatio, percentile, spread } from './statistics.ts';

test('the median of an even number of values is the mean of the middle two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
});

test('a percentile is one of the values', () => {
  const values = [40, 10, 30, 20];
  expect(percentile(values, 0.5)).toBe(20);
  expect(percentile(values, 0.99)).toBe(40);
  expect(percentile(values, 0)).toBe(10);
  expect(spread(values)).toEqual([10, 30]);
});

test('nothing has neither median nor percentile', () => {
  expect(() => median([])).toThrow(RangeError);
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});

test('a slow spell that hits both sides does not change a paired ratio', () => {
  expect(pairedRatio([2, 4, 20], [1, 2, 10])).toEqual({ value: 2, spread: [2, 2], samples: 3 });
  expect(() => pairedRatio([1], [])).toThrow(RangeError);
});
