import { expect, test } from 'vitest';
import { sendSteadily } from './send-steadily.ts';

test('requests are sent while earlier ones wait for their answers, and no answer is no status', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const exchanges = await sendSteadily({
    ratePerSecond: 1_000,
    count: 10,
    send(index) {
      // The last one ends the wait of all before it.
      if (index === 9) resolve(200);
      return { route: `route ${index}`, status: index === 5 ? Promise.reject(new Error('cut off')) : promise };
    },
  });
  expect(exchanges.map(({ route }) => route)).toEqual(Array.from({ length: 10 }, (_, index) => `route ${index}`));
  expect(exchanges.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, undefined, 200, 200, 200, 200]);
});

test('an answer is timed from when its request was due, not from when it could be sent', async () => {
  const exchanges = await sendSteadily({
    ratePerSecond: 1_000,
    count: 5,
    send(index) {
      // The client itself stands still, and those that were due meanwhile are sent late.
      const until = performance.now() + (index === 0 ? 50 : 0);
      while (performance.now() < until);
      return { route: 'any', status: Promise.resolve(200) };
    },
  });
  const dueAfterMs = exchanges.map(({ dueAt }) => dueAt - (exchanges[0]?.dueAt ?? 0));
  expect(dueAfterMs.map(Math.round)).toEqual([0, 1, 2, 3, 4]);
  for (const { latencyMs, lateMs } of exchanges.slice(1)) {
    expect(lateMs).toBeGreaterThan(40);
    expect(latencyMs).toBeGreaterThanOrEqual(lateMs);
  }
});
