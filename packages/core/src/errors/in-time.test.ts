import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTime } from './in-time.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('answers what comes in time, and then waits no longer', async () => {
  await expect(inTime(Promise.resolve('here'), 10)).resolves.toBe('here');
  await expect(inTime(Promise.reject(new Error('no')), 10)).rejects.toThrow('no');
  expect(vi.getTimerCount()).toBe(0);
});

it('rejects when the time is over, and hands over what comes later', async () => {
  const work = Promise.withResolvers<string>();
  const late: string[] = [];
  const waiting = Promise.allSettled([inTime(work.promise, 10, (result) => late.push(result))]);
  await vi.advanceTimersByTimeAsync(10);
  expect(await waiting).toMatchObject([{ status: 'rejected', reason: { message: expect.stringContaining('10 ms') } }]);
  work.resolve('late');
  await vi.advanceTimersByTimeAsync(0);
  expect(late).toEqual(['late']);
});

it('leaves errors that come later to nobody', async () => {
  const work = Promise.withResolvers<string>();
  const other = Promise.withResolvers<string>();
  const waiting = Promise.allSettled([
    inTime(work.promise, 10),
    inTime(other.promise, 10, () => {
      throw new Error('It could not be closed.');
    }),
  ]);
  await vi.advanceTimersByTimeAsync(10);
  work.reject(new Error('too late'));
  other.resolve('late');
  expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  // A rejection of nobody's ends the test run.
  await vi.advanceTimersByTimeAsync(0);
});
