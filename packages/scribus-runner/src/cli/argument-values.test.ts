import { expect, it } from 'vitest';
import { parseBleed, parseMarks, parsePages, parseRecords, parseWords } from './argument-values.ts';
import { UsageError } from './usage-error.ts';

const sides = (unit: string, width: number) => ({ unit, top: width, right: width, bottom: width, left: width });

it.each([
  ['1', [1]],
  ['1-3,5', [1, 2, 3, 5]],
  [' 2 - 3 , 10000000 ', [2, 3, 10_000_000]],
])('reads the pages %s', (text, pages) => {
  expect(parsePages('--pages', text)).toEqual(pages);
});

it.each([
  '0',
  '3-1',
  '1,',
  '-1',
  '1-',
  '1-2-3',
  'a',
  '1.5',
  '2,1',
  '1-3,3',
  '1,1',
  '1-10001',
  '1-1000000000000000',
  '9'.repeat(400),
])('refuses the pages %s', (text) => {
  expect(() => parsePages('--pages', text)).toThrow(UsageError);
});

it('takes as many pages as a request may name', () => {
  expect(parsePages('--pages', '1-5000,5002-10001')).toHaveLength(10_000);
});

it('reads records, a thousand at most', () => {
  expect(parseRecords('--proof', '1,17,200-203')).toEqual([1, 17, 200, 201, 202, 203]);
  expect(() => parseRecords('--proof', '17,1')).toThrow('--proof must ascend, each record once.');
  expect(() => parseRecords('--proof', '1-1001')).toThrow('--proof names more than 1000 records.');
});

it.each([
  ['3', sides('mm', 3)],
  ['3mm', sides('mm', 3)],
  ['8.5 pt', sides('pt', 8.5)],
  ['none', 'none'],
  ['document', 'document'],
])('reads the bleed %s', (text, bleed) => {
  expect(parseBleed('--bleed', text)).toEqual(bleed);
});

it.each(['3cm', '-3mm', '3,5mm', '1e3', 'mm', '3mm 3mm'])('refuses the bleed %s', (text) => {
  expect(() => parseBleed('--bleed', text)).toThrow(/^--bleed must be/);
});

it('reads marks', () => {
  expect(parseMarks('--marks', 'crop, colour-bars,document-info')).toEqual({
    crop: true,
    colourBars: true,
    documentInfo: true,
  });
  expect(parseMarks('--marks', 'none')).toEqual({});
  expect(() => parseMarks('--marks', 'crop,cutting')).toThrow('"cutting" is none of crop, bleed, registration');
});

it('reads a list of words, none included', () => {
  expect(parseWords('--fail-on', 'b,a', ['a', 'b'])).toEqual(['b', 'a']);
  expect(parseWords('--fail-on', 'none', ['a', 'b'])).toEqual([]);
  for (const text of ['', 'a,', 'none,a', 'toString'])
    expect(() => parseWords('--fail-on', text, ['a', 'b'])).toThrow(UsageError);
});
