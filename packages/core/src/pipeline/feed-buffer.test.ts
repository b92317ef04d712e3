import { expect, it } from 'vitest';
import type { FeedEvent } from '../ports/event-feed.ts';
import { FeedBuffer } from './feed-buffer.ts';

const event = (position: number, tenant = 'a'): FeedEvent => ({
  tenant,
  jobId: 'job',
  seq: position,
  type: 'progress',
  data: {},
  createdAt: 0,
  position,
});

function open(capacity: number) {
  let changes = 0;
  const onChange = () => {
    changes += 1;
  };
  const buffer = new FeedBuffer({ scope: { tenant: 'a' }, capacity, onChange });
  return { buffer, changes: () => changes };
}

it('keeps what is for its tenant, and how far it is', () => {
  const { buffer, changes } = open(2);
  buffer.add({ entries: [event(1), event(2, 'b')], position: 2, hasMore: false });
  buffer.add({ entries: [event(3, 'b')], position: 3, hasMore: false });
  expect(changes()).toBe(1);
  expect(buffer.take()).toEqual({ entries: [event(1)], position: 3 });
  expect(buffer.take()).toEqual({ entries: [], position: 3 });
});

it('keeps what is of its job, of its tenant only', () => {
  const buffer = new FeedBuffer({ scope: { tenant: 'a', jobId: 'job' }, capacity: 2, onChange: () => undefined });
  const others = [event(2, 'b'), { ...event(3), jobId: 'another' }];
  buffer.add({ entries: [event(1), ...others], position: 3, hasMore: false });
  expect(buffer.take()).toEqual({ entries: [event(1)], position: 3 });
});

it('keeps nothing once it has overflowed', () => {
  const { buffer, changes } = open(2);
  buffer.add({ entries: [event(1), event(2)], position: 2, hasMore: false });
  expect(buffer.hasOverflowed).toBe(false);
  buffer.add({ entries: [event(3)], position: 3, hasMore: false });
  buffer.add({ entries: [event(4)], position: 4, hasMore: false });
  expect(buffer.hasOverflowed).toBe(true);
  expect(buffer.take().entries).toEqual([]);
  expect(changes()).toBe(2);
});

it("leaves the reader's resets to be judged by the store", () => {
  const { buffer, changes } = open(2);
  buffer.add({ entries: [{ type: 'reset', position: 9 }], position: 9, hasMore: true });
  expect(buffer.hasOverflowed).toBe(true);
  expect(changes()).toBe(1);
});
