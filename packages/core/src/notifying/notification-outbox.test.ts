import { expect, it } from 'vitest';
import { NotificationOutbox, parseNotifications } from './notification-outbox.ts';

const notificationOf = (jobId: string, ended = false, tenant = 't') => ({ tenant, jobId, ended });

it('reads what it writes', () => {
  const outbox = new NotificationOutbox({ capacity: 10, maxPayloadBytes: 1_000 });
  expect(outbox.takePayload()).toBeUndefined();
  outbox.add(notificationOf('a', true, 'é"'));
  outbox.add(notificationOf('b'));
  expect(parseNotifications(outbox.takePayload() ?? '')).toEqual({
    sender: outbox.sender,
    notifications: [notificationOf('a', true, 'é"'), notificationOf('b')],
  });
  expect(outbox.takePayload()).toBeUndefined();
});

it.each(['', 'null', '{}', '[1,[]]', '["o",1]'])('reads nothing from %j, which somebody else has sent', (payload) => {
  expect(parseNotifications(payload)).toBeUndefined();
});

it('leaves out items that are no notifications', () => {
  expect(parseNotifications('["o",[1,["t"],["t","a",0]]]')?.notifications).toEqual([notificationOf('a')]);
});

it('keeps one notification for each job, and of too many the newest', () => {
  const outbox = new NotificationOutbox({ capacity: 2, maxPayloadBytes: 1_000 });
  outbox.add(notificationOf('a', true));
  for (const ended of [false, true, false]) outbox.add(notificationOf('b', ended));
  outbox.add(notificationOf('c'));
  expect(parseNotifications(outbox.takePayload() ?? '')?.notifications).toEqual([
    notificationOf('b', true),
    notificationOf('c'),
  ]);
});

it('sends no more bytes at once than it may, and leaves out what fits into no message', () => {
  const outbox = new NotificationOutbox({ capacity: 1_000, maxPayloadBytes: 200 });
  outbox.add(notificationOf('long', false, 'é'.repeat(100)));
  const jobIds = Array.from({ length: 50 }, (_, index) => `job-${index}`);
  for (const jobId of jobIds) outbox.add(notificationOf(jobId));
  const told: string[] = [];
  for (let payload = outbox.takePayload(); payload !== undefined; payload = outbox.takePayload()) {
    expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(200);
    told.push(...(parseNotifications(payload)?.notifications ?? []).map(({ jobId }) => jobId));
  }
  expect(told).toEqual(jobIds);
});
