import { expect, it } from 'vitest';
import { areRepeatable } from './repeatable-edits.ts';

// 'Dear %VAR_a% %VAR_b%!' in one format, then '%VAR_c%' in another.
const bounds = [0, 21, 28];
const edit = (at: number, remove: number, insert: string) => ({ at, remove, insert });

it.each([
  ['values', [edit(5, 7, 'Ann'), edit(13, 7, 'Lee'), edit(21, 7, 'x')]],
  ['no value before text in the same format', [edit(5, 7, ''), edit(13, 7, '')]],
  ['no value before a value in the same format', [edit(5, 7, ''), edit(12, 1, ''), edit(13, 7, 'Lee')]],
  ['nothing at all', []],
])('repeats %s', (_, edits) => {
  expect(areRepeatable(edits, bounds)).toBe(true);
});

it.each([
  ['no value at the end of a format', [edit(21, 7, '')]],
  ['nothing up to the end of a format', [edit(13, 7, ''), edit(20, 1, ''), edit(21, 7, 'x')]],
  ['a value in the place of text in several formats', [edit(13, 9, 'Lee')]],
  ['a value with an end of a paragraph', [edit(5, 7, 'An\rna')]],
])('does not repeat %s', (_, edits) => {
  expect(areRepeatable(edits, bounds)).toBe(false);
});
