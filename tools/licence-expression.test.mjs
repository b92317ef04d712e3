import { expect, test } from 'vitest';
import { isAllowed } from './licence-expression.mjs';

const allowed = new Set(['MIT', 'ISC']);

test.each([
  ['MIT', true],
  ['GPL-3.0-only', false],
  ['(GPL-3.0-only OR MIT)', true],
  ['GPL-3.0-only AND MIT', false],
  ['MIT AND (GPL-3.0-only OR ISC)', true],
  ['GPL-3.0-only OR MIT AND ISC', true],
  ['(MIT', false],
  ['MIT ISC', false],
  ['GPL-2.0 WITH Classpath-exception-2.0', false],
  ['Unknown', false],
  ['', false],
])('the expression %j is allowed: %s', (expression, expected) => {
  expect(isAllowed(expression, allowed)).toBe(expected);
});
