import { describe, expect, it } from 'vitest';
import { errorTraits, isErrorCode } from '../errors/error-traits.ts';
import { decideRetry, type FailedAttempt, resolveRetryPolicy } from './retry-policy.ts';

describe('resolveRetryPolicy', () => {
  it('fills in the defaults, and changes nothing it is given', () => {
    expect(resolveRetryPolicy()).toEqual({ maxCrashes: 2, baseDelayMs: 1_000, maxDelayMs: 300_000 });
    const options = Object.freeze({ maxCrashes: 5, baseDelayMs: 0, maxDelayMs: 0 });
    const policy = resolveRetryPolicy(options);
    expect(policy).toEqual(options);
    expect(Object.isFrozen(policy)).toBe(true);
    expect(resolveRetryPolicy({ maxCrashes: undefined }).maxCrashes).toBe(2);
  });

  it.each([
    { maxCrashes: 0 },
    { maxCrashes: 1.5 },
    { maxCrashes: Number.NaN },
    { baseDelayMs: -1 },
    { baseDelayMs: Number.NaN },
    { baseDelayMs: 300_001 },
    { maxDelayMs: 999 },
    { maxDelayMs: Number.NaN },
    { maxDelayMs: Number.POSITIVE_INFINITY },
  ])('refuses %o', (options) => {
    expect(() => resolveRetryPolicy(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});

describe('decideRetry', () => {
  const policy = resolveRetryPolicy({ maxCrashes: 2, baseDelayMs: 1_000, maxDelayMs: 10_000 });
  const attempt: FailedAttempt = {
    code: 'RENDER_TIMEOUT',
    failures: 1,
    crashCount: 0,
    maxAttempts: 3,
    lostClaims: 1,
    maxClaims: 20,
  };

  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 10_000],
    [99, 10_000],
    [5_000, 10_000],
  ])('after %i failures waits %i ms', (failures, delayMs) => {
    expect(decideRetry({ ...attempt, failures, maxAttempts: 10_000 }, policy)).toEqual({ retry: true, delayMs });
  });

  it('waits no longer than nothing when it is told not to wait', () => {
    const eager = resolveRetryPolicy({ baseDelayMs: 0 });
    for (const failures of [1, 30, 5_000]) {
      expect(decideRetry({ ...attempt, failures, maxAttempts: 10_000 }, eager)).toEqual({ retry: true, delayMs: 0 });
    }
  });

  it('gives up with the last failure that maxAttempts allows, under its own code', () => {
    expect(decideRetry({ ...attempt, failures: 2 }, policy)).toMatchObject({ retry: true });
    expect(decideRetry({ ...attempt, failures: 3 }, policy)).toEqual({ retry: false, code: 'RENDER_TIMEOUT' });
    expect(decideRetry({ ...attempt, maxAttempts: 1 }, policy)).toEqual({ retry: false, code: 'RENDER_TIMEOUT' });
  });

  it('gives up as POISONED at the crash that maxCrashes names, however many attempts are left', () => {
    const crash = { ...attempt, code: 'RENDERER_CRASHED', maxAttempts: 100 } as const;
    expect(decideRetry({ ...crash, crashCount: 1 }, policy)).toMatchObject({ retry: true });
    expect(decideRetry({ ...crash, failures: 2, crashCount: 2 }, policy)).toEqual({ retry: false, code: 'POISONED' });
  });

  it.each(['STORE_UNAVAILABLE', 'JOB_STORE_UNAVAILABLE', 'QUEUE_UNAVAILABLE'] as const)(
    'takes %s for no failure of the job: it is tried again with growing waits, up to maxClaims',
    (code) => {
      const outage: FailedAttempt = { ...attempt, code, failures: 99, maxAttempts: 1 };
      expect(decideRetry(outage, policy)).toEqual({ retry: true, delayMs: 1_000 });
      expect(decideRetry({ ...outage, lostClaims: 3 }, policy)).toEqual({ retry: true, delayMs: 4_000 });
      expect(decideRetry({ ...outage, lostClaims: 19 }, policy)).toEqual({ retry: true, delayMs: 10_000 });
      expect(decideRetry({ ...outage, lostClaims: 20 }, policy)).toEqual({ retry: false, code });
    },
  );

  it('does not hold crashes of the past against another failure', () => {
    expect(decideRetry({ ...attempt, failures: 2, crashCount: 2 }, policy)).toMatchObject({ retry: true });
  });

  it.each(Object.keys(errorTraits).filter(isErrorCode))('tries %s again only if it is retryable', (code) => {
    expect(decideRetry({ ...attempt, code }, policy).retry).toBe(errorTraits[code].retryable);
  });
});
