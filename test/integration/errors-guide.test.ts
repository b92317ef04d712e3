import { errorTraits } from '@pubpipe/core';
import { expect, test } from 'vitest';
import { readText } from './support/run-program.ts';

const rows = [
  ...(await readText('docs/guide/errors.md')).matchAll(
    /^\| `(?<code>\w+)` \| (?<again>\w+) \| (?<what>.+) \| (?<todo>.+) \|$/gm,
  ),
];

test('the guide says of every code, and of no other, what happened, what to do and whether it may pass', () => {
  const told = rows.map(({ groups }) => `${groups?.['code']} ${groups?.['again']}`);
  const known = Object.entries(errorTraits).map(([code, { retryable }]) => `${code} ${retryable ? 'yes' : 'no'}`);
  expect(told.toSorted()).toEqual(known.toSorted());
});
