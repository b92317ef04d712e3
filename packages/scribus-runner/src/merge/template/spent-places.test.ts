import { expect, it } from 'vitest';
import { spentPlaces } from './spent-places.ts';

// 'Dear %VAR_a% %VAR_b%!' in one format, then '%VAR_c%' in another.
const bounds = [0, 21, 28];
const edit = (at: number, remove: number, insert: string) => ({ at, remove, insert });

it.each([
  ['values', [edit(5, 7, 'Ann'), edit(13, 7, 'Lee'), edit(21, 7, 'x')]],
  ['no value before text in the same format', [edit(5, 7, ''), edit(13, 7, '')]],
  ['no value before a value in the same format', [edit(5, 7, ''), edit(12, 1, ''), edit(13, 7, 'Lee')]],
  ['nothing at all', []],
])('spends nothing by %s', (_, edits) => {
  expect(spentPlaces(edits, bounds)).toEqual([]);
});

it.each([
  ['no value at the end of a format', [edit(21, 7, '')], [edit(21, 7, '')]],
  [
    'nothing up to the end of a format',
    [edit(5, 7, 'Ann'), edit(13, 7, ''), edit(20, 1, ''), edit(21, 7, 'x')],
    [edit(13, 7, ''), edit(20, 1, '')],
  ],
  ['a value in the place of text in several formats', [edit(13, 9, 'Lee')], [edit(13, 9, 'Lee')]],
  ['no value in the place of text in several formats', [edit(13, 9, '')], [edit(13, 9, '')]],
])('spends a place by %s', (_, edits, spent) => {
  expect(spentPlaces(edits, bounds)).toEqual(spent);
});
