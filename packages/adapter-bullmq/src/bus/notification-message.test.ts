import { expect, it } from 'vitest';
import { formatMessage, parseMessage } from './notification-message.ts';
import { UnsentNotifications } from './unsent-notifications.ts';

it('reads what it writes', () => {
  const message = { origin: 'o', notifications: [{ tenant: 't', jobId: 'a', ended: true }] };
  expect(parseMessage(formatMessage(message))).toEqual(message);
});

it.each(['', 'null', '{}', '[1,[]]', '["o",1]'])('reads nothing from %j, which somebody else has sent', (text) => {
  expect(parseMessage(text)).toBeUndefined();
});

it('leaves out rows that are no notifications', () => {
  expect(parseMessage('["o",[1,["t"],["t","a",0]]]')?.notifications).toEqual([
    { tenant: 't', jobId: 'a', ended: false },
  ]);
});

it('keeps one notification for each job, and of too many the newest', () => {
  const unsent = new UnsentNotifications(2);
  for (const [jobId, ended] of [
    ['a', true],
    ['b', false],
    ['b', true],
    ['b', false],
    ['c', false],
  ] as const) {
    unsent.add({ tenant: 't', jobId, ended });
  }
  expect(unsent.takeAll().map(({ jobId, ended }) => [jobId, ended])).toEqual([
    ['b', true],
    ['c', false],
  ]);
  expect(unsent.size).toBe(0);
});
