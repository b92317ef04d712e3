import type { ConsumerFailure, FeedEntry } from '@pubpipe/core';
import { expect, it, vi } from 'vitest';
import { openFeedScene } from '../support/feed-scene.ts';

const patience = { timeout: 20_000 };

it('a handler that does not end in time is told so, has failed, and gets its entry again', async () => {
  const scene = await openFeedScene('sqlite');
  const pipeline = await scene.openPipeline();
  const signals: AbortSignal[] = [];
  const failures: ConsumerFailure[] = [];
  const handled: FeedEntry[] = [];
  const handler = async (entry: FeedEntry, { signal }: { readonly signal: AbortSignal }) => {
    signals.push(signal);
    if (signals.length < 3) await new Promise(() => undefined);
    handled.push(entry);
  };
  const onFailure = (failure: ConsumerFailure) => void failures.push(failure);
  await pipeline.consume('mailer', handler, { handlerTimeoutMs: 20, retryMs: 1, leaseMs: 300, onFailure });
  await scene.submit();
  await scene.submit();
  await vi.waitFor(() => expect(handled).toHaveLength(2), patience);
  expect(handled).toEqual(await scene.table());
  const [first, second, third, fourth] = signals;
  expect([first?.aborted, second?.aborted, third?.aborted, fourth?.aborted]).toEqual([true, true, false, false]);
  expect(first?.reason).toMatchObject({ code: 'CANCELLED' });
  expect(failures.map(({ error, entry }) => [error, entry])).toEqual([
    [first?.reason, handled[0]],
    [second?.reason, handled[0]],
  ]);
});

it('a consumer that is removed takes nothing any more, and its name begins anew', async () => {
  const scene = await openFeedScene('postgres');
  const [old, other] = [await scene.openPipeline(), await scene.openPipeline()];
  const [before, after]: [FeedEntry[], FeedEntry[]] = [[], []];
  const running = await old.consume('mailer', (entry) => void before.push(entry), { from: 'start', leaseMs: 200 });
  await scene.submit();
  await vi.waitFor(() => expect(before).toHaveLength(1), patience);
  expect(await other.removeConsumer('mailer')).toBe(true);
  expect(await other.removeConsumer('mailer')).toBe(false);
  // What it takes now it can not write down: whether it was told in time, nobody else is held up by it.
  await scene.submit();
  await running.close();
  await other.consume('mailer', (entry) => void after.push(entry), { from: 'start' });
  await vi.waitFor(() => expect(after).toHaveLength(2), patience);
  expect(after).toEqual(await scene.table());
});
