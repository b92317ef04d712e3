import { expect, test } from 'vitest';
import { Refresher } from './refresher.ts';

test('reasons that come while the work goes on are one more time of it, and never two at once', async () => {
  const begun: PromiseWithResolvers<void>[] = [];
  const starts = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const refresher = new Refresher(async () => {
    const work = Promise.withResolvers<void>();
    begun.push(work);
    starts[begun.length - 1]?.resolve();
    await work.promise;
    return true;
  }, 1);
  refresher.ask();
  await starts[0]?.promise;
  refresher.ask();
  refresher.ask();
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  await starts[1]?.promise;
  begun[1]?.resolve();
  refresher.ask();
  await starts[2]?.promise;
  expect(begun).toHaveLength(3);
});

test('what was stopped does not begin again by itself, and can be asked for anew', async () => {
  const signals: AbortSignal[] = [];
  let started = Promise.withResolvers<void>();
  const refresher = new Refresher(async (signal) => {
    signals.push(signal);
    started.resolve();
    return true;
  }, 60_000);
  refresher.ask();
  await started.promise;
  refresher.stop();
  expect(signals[0]?.aborted).toBe(true);
  started = Promise.withResolvers();
  refresher.ask();
  await started.promise;
  expect(signals[1]?.aborted).toBe(false);
});

test('work that failed is tried again by itself until it works', async () => {
  const done = Promise.withResolvers<void>();
  const answers = [false, false, true];
  let begun = 0;
  const refresher = new Refresher(async () => {
    begun += 1;
    const answer = answers.shift() ?? true;
    if (answer) done.resolve();
    return answer;
  }, 1);
  refresher.ask();
  await done.promise;
  expect(begun).toBe(3);
});
