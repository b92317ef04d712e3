import { expect, test } from 'vitest';
import { defaults, isWhole, parseLoadOptions } from './load-options.ts';

test('without options everything is measured as the goals say', () => {
  expect(parseLoadOptions(['api'])).toEqual(defaults);
  expect(isWhole(parseLoadOptions(['api']))).toBe(true);
});

test('measures are taken in their own order, whatever the order of their names', () => {
  const options = parseLoadOptions(['api', '--only', 'download,steady', '--seconds', '6', '--rate', '50']);
  expect(options).toEqual({ seconds: 6, ratePerSecond: 50, measures: ['steady', 'download'] });
});

test.each([[['api', '--only', 'steady']], [['api', '--seconds', '29']], [['api', '--rate', '199']]])(
  '%j is not the run that the goals are about',
  (args) => {
    expect(isWhole(parseLoadOptions(args))).toBe(false);
  },
);

test.each([
  [[]],
  [['http']],
  [['api', '--only', 'steady,nothing']],
  [['api', '--seconds', 'few']],
  [['api', '--rate', '0']],
])('%j is refused', (args) => {
  expect(() => parseLoadOptions(args)).toThrow(RangeError);
});
