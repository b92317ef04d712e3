import { errorTraits } from '@pubpipe/core';
import { expect, test } from 'vitest';
import { readText } from './support/run-program.ts';

const rows = [
  ...(await readText('docs/guide/errors.md')).matchAll(
    /^\| `(?<code>\w+)` \| (?<again>\w+) \| (?<what>.+) \| (?<todo>.+) \|$/gm,
  ),
];

test('the guide says of every code, and of no other, what happened, what to do and whether it may pass', () => {
  const told = rows.map(({ groups }) => [groups?.['code'], groups?.['again'] === 'yes']);
  const known = Object.entries(errorTraits).map(([code, { retryable }]) => [code, retryable]);
  expect(told.toSorted()).toEqual(known.toSorted());
  expect(new Set(told.map(([code]) => code)).size).toBe(told.length);
});
