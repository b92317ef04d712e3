import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RollCall } from './roll-call.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('calls one at a time, each in its turn, and those who have left no more', () => {
  const rollCall = new RollCall(1_000);
  const called: string[] = [];
  const leave = ['a', 'b', 'c'].map((name) => rollCall.join(() => called.push(name)));
  vi.advanceTimersByTime(4_000);
  expect(called).toEqual(['a', 'b', 'c', 'a']);
  leave[1]?.();
  vi.advanceTimersByTime(3_000);
  expect(called.slice(4)).toEqual(['c', 'a', 'c']);
});

it('keeps no timer once all have left, and begins again with the next', () => {
  const rollCall = new RollCall(1_000);
  const leave = rollCall.join(() => undefined);
  expect(vi.getTimerCount()).toBe(1);
  leave();
  leave();
  expect(vi.getTimerCount()).toBe(0);
  let calls = 0;
  rollCall.join(() => {
    calls += 1;
  });
  vi.advanceTimersByTime(2_000);
  expect(calls).toBe(2);
});
