import { expect, it } from 'vitest';
import { WaitingDeliveries } from './waiting-deliveries.ts';

it('takes deliveries by priority, then in the order they came, each once', () => {
  const waiting = new WaitingDeliveries();
  const add = (jobId: string, priority: number) => waiting.add({ jobId, dispatch: 1, priority });
  add('a', 0);
  add('b', -5);
  add('c', 2);
  add('a', 0);
  add('a', 9);
  add('d', 0);
  expect([waiting.size, waiting.has('a-1'), waiting.has('a-2')]).toEqual([4, true, false]);
  expect([1, 2, 3, 4, 5].map(() => waiting.take()?.jobId)).toEqual(['c', 'a', 'd', 'b', undefined]);
  expect([waiting.size, waiting.has('a-1')]).toEqual([0, false]);
  add('a', 0);
  expect(waiting.take()?.jobId).toBe('a');
});
