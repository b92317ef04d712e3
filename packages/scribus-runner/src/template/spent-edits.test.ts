import { expect, it } from 'vitest';
import type { FrameEdits, TextEdit } from '../protocol/edits.ts';
import { SpentEdits } from './spent-edits.ts';

const frame = (number: number, ...edits: readonly TextEdit[]): FrameEdits => ({
  frame: number,
  removed: false,
  edits,
  text: '',
});
const edit = (at: number, insert: string): TextEdit => ({ at, remove: 3, insert });
const removed = (number: number): FrameEdits => ({ ...frame(number), removed: true });

it('allows any record where nothing is spent', () => {
  expect(new SpentEdits().allows([frame(0, edit(1, 'x'))])).toBe(true);
});

it('allows records that leave nothing where nothing is, and edit what was edited', () => {
  const spent = new SpentEdits();
  spent.add([frame(0, edit(1, ''), edit(9, 'a')), removed(2)]);

  const fits = [frame(0, edit(1, ''), edit(5, 'b'), edit(9, 'c')), removed(2)];
  expect(spent.allows(fits)).toBe(true);
  expect(spent.allows([frame(0, edit(1, ''), edit(9, '')), removed(2)])).toBe(true);
  expect(spent.allows([frame(0, edit(1, 'x'), edit(9, 'c')), removed(2)])).toBe(false);
  expect(spent.allows([frame(0, edit(1, '')), removed(2)])).toBe(false);
  expect(spent.allows([frame(0, edit(1, ''), edit(9, 'c')), frame(2)])).toBe(false);
  expect(spent.allows([frame(1, edit(1, ''), edit(9, 'c')), removed(2)])).toBe(false);
});

it('keeps what each record has left', () => {
  const spent = new SpentEdits();
  spent.add([frame(0, edit(1, 'a'))]);
  spent.add([frame(0, edit(1, ''))]);

  expect(spent.size).toBe(1);
  expect(spent.allows([frame(0, edit(1, 'b'))])).toBe(false);
});
