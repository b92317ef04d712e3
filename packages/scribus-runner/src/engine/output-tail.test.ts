import { expect, it } from 'vitest';
import { OutputTail } from './output-tail.ts';

it('keeps everything while it is little', () => {
  const tail = new OutputTail(10);

  for (const piece of ['ab', 'cd\n']) tail.add(Buffer.from(piece));

  expect(tail.text()).toBe('abcd');
});

it('keeps the end of much, and says that there was more', () => {
  const tail = new OutputTail(4);

  for (let index = 0; index < 1000; index += 1) tail.add(Buffer.from(`${index} `));

  expect(tail.text()).toBe('…999');
});

it('keeps nothing when it may keep nothing', () => {
  const tail = new OutputTail(0);

  tail.add(Buffer.from('abc'));

  expect(tail.text()).toBe('…');
});
