import { type Delivery, dispatchId } from '@pubpipe/core';
import { createInProcessQueue } from '@pubpipe/core/memory';
import { describeJobQueue } from '@pubpipe/core/testing';
import { expect, it, vi } from 'vitest';

describeJobQueue('The in-process queue', async () => {
  const queue = createInProcessQueue({ redeliverAfterMs: 5 });
  return { queue, close: () => queue.close() };
});

const delivery: Delivery = { jobId: 'a', dispatch: 1, priority: 0 };

it('keeps a dispatch that is enqueued again while it is handled, and has it until both have been handled', async () => {
  const queue = createInProcessQueue();
  const handled: (() => void)[] = [];
  queue.consume(() => new Promise((resolve) => handled.push(resolve)), { concurrency: 2 });
  await queue.enqueue(delivery);
  await queue.enqueue(delivery);
  expect(handled).toHaveLength(2);
  handled[0]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await queue.has(dispatchId(delivery))).toBe(true);
  handled[1]?.();
  await vi.waitFor(async () => expect(await queue.has(dispatchId(delivery))).toBe(false));
  await queue.close();
});

it('gives no delivery again once it is closed', async () => {
  const queue = createInProcessQueue({ redeliverAfterMs: 0 });
  let times = 0;
  const failed = Promise.withResolvers<void>();
  queue.consume(async () => {
    times += 1;
    failed.resolve();
    throw new Error('The database can not be reached.');
  });
  await queue.enqueue(delivery);
  await failed.promise;
  await queue.close();
  const timesWhenClosed = times;
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(times).toBe(timesWhenClosed);
});

it('refuses consumers once it is closed', async () => {
  const queue = createInProcessQueue();
  await queue.close();
  expect(() => queue.consume(async () => {})).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});
