import { expect, it } from 'vitest';
import type { ScripterAnswer } from './answer.ts';
import { AnswerTurns } from './answer-turns.ts';

const told = (type: string): ScripterAnswer => ({ type, kind: 'export' }) as unknown as ScripterAnswer;
const takeAll = (types: readonly string[], libraries: boolean): readonly boolean[] => {
  const turns = new AnswerTurns();
  return types.map((type) => turns.takes(told(type), { libraries }));
};

it('takes the answers of a render in their order', () => {
  const whole = ['hello', 'protected', 'opened', 'preflight', 'exporting', 'rendition', 'rendition', 'done'];

  expect(takeAll(whole, false)).not.toContain(false);
  expect(takeAll(whole.toSpliced(2, 0, 'libraries'), true)).not.toContain(false);
});

it('takes a failure at any time after hello, and nothing after it', () => {
  const before = ['hello', 'protected', 'opened', 'preflight', 'exporting', 'rendition'];

  for (let length = 1; length <= before.length; length += 1) {
    expect(takeAll([...before.slice(0, length), 'failed', 'failed', 'done'], false).slice(-3)).toEqual([
      true,
      false,
      false,
    ]);
  }
  expect(takeAll(['failed'], false)).toEqual([false]);
  expect(takeAll([...before, 'done', 'failed'], false).at(-1)).toBe(false);
});

it('takes libraries exactly when they were asked for', () => {
  expect(takeAll(['hello', 'protected', 'libraries'], false)).toEqual([true, true, false]);
  expect(takeAll(['hello', 'protected', 'opened'], true)).toEqual([true, true, false]);
  expect(takeAll(['hello', 'protected', 'failed'], true)).toEqual([true, true, true]);
});

it('hears of a sandbox that can not be had only before it is there', () => {
  const refused = { type: 'failed', kind: 'sandbox', message: '' } as const;
  const turns = new AnswerTurns();
  turns.takes(told('hello'), { libraries: false });

  expect(turns.takes(refused, { libraries: false })).toBe(true);

  const later = new AnswerTurns();
  for (const type of ['hello', 'protected']) later.takes(told(type), { libraries: false });
  expect(later.takes(refused, { libraries: false })).toBe(false);
});
