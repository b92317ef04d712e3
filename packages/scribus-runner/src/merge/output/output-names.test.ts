import { expect, it } from 'vitest';
import { OutputNames } from './output-names.ts';

const namesOf = (pattern: string, records: readonly Readonly<Record<string, string>>[]) => {
  const names = new OutputNames({ pattern, countDigits: 3 });
  return records.map((values, index) =>
    names.nameOf({ number: index + 1, line: index + 2, values: new Map(Object.entries(values)) }),
  );
};

it('names documents after values and the count', () => {
  expect(namesOf('card-%VAR_COUNT%-%VAR_email%', [{ email: 'a@example.org' }, {}])).toEqual([
    'card-001-a@example.org',
    'card-002-',
  ]);
});

it('gives no name twice, also not in other letters', () => {
  const values = ['Anna', 'anna', 'anna-002', 'Anna', ''].map((a) => ({ a }));

  expect(namesOf('%VAR_a%', values)).toEqual(['Anna', 'anna-002', 'anna-002-003', 'Anna-004', '005']);
});

it.each([
  ['../../etc/passwd', '_/_/etc/passwd'],
  ['/root', 'root'],
  ['a/b/../c', 'a/b/_/c'],
  ['C:\\x?*|"<>', 'C__x______'],
  ['.hidden. ', '_hidden'],
  ['nul.txt', '_nul.txt'],
  ['line\nbreak\u202e\0', 'line_break__'],
  ['e\u0301 שלום 😀', 'é שלום 😀'],
  ['x'.repeat(300), 'x'.repeat(180)],
  ['👩‍👩‍👧'.repeat(30), '👩‍👩‍👧'.repeat(10)],
])('makes of %j the safe name %j', (value, expected) => {
  expect(namesOf('%VAR_a%', [{ a: value }])).toEqual([expected]);
});

it('refuses a pattern that names nothing', () => {
  expect(() => new OutputNames({ pattern: ' ', countDigits: 1 })).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT' }),
  );
});
