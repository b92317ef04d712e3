import { describe, expect, it } from 'vitest';
import { resolveWebhookRetry, retryWebhookInMs } from './webhook-retry.ts';

describe('trying a webhook again', () => {
  it('waits four times longer each time, up to a bound, and ends after more than two days', () => {
    const policy = resolveWebhookRetry();
    const waits = Array.from({ length: 11 }, (_, index) => (retryWebhookInMs(index + 1, policy, 0.5) ?? 0) / 1_000);
    expect(waits).toEqual([5, 20, 80, 320, 1_280, 5_120, 20_480, 43_200, 43_200, 43_200, 43_200]);
    expect(retryWebhookInMs(12, policy, 0.5)).toBeUndefined();
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 86_400).toBeCloseTo(2.3, 1);
  });

  it('spreads its waits by a quarter to either side', () => {
    const policy = resolveWebhookRetry({ baseDelayMs: 1_000 });
    expect([0, 0.5, 1].map((random) => retryWebhookInMs(1, policy, random))).toEqual([750, 1_000, 1_250]);
  });

  it.each([{ maxAttempts: 0 }, { maxAttempts: 101 }, { baseDelayMs: -1 }, { baseDelayMs: 2, maxDelayMs: 1 }])(
    'refuses %o',
    (options) => {
      expect(() => resolveWebhookRetry(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    },
  );
});
