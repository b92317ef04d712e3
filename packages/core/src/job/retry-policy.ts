import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import { type ErrorCode, errorTraits } from '../errors/error-traits.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';

/** How often, and how patiently, a failed job is tried again. */
export interface RetryPolicyOptions {
  /** Renderer crashes after which the job is given up as `POISONED`. @defaultValue 2 */
  readonly maxCrashes?: number | undefined;
  /** Wait before the second attempt, in milliseconds. Doubles with each further one. @defaultValue 1_000 */
  readonly baseDelayMs?: number | undefined;
  /** Longest wait between two attempts, in milliseconds. @defaultValue 300_000 */
  readonly maxDelayMs?: number | undefined;
}

/** {@link RetryPolicyOptions}, complete. */
export type RetryPolicy = { readonly [Name in keyof RetryPolicyOptions]-?: number };

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when a number is out of range.
 */
export function resolveRetryPolicy(options: RetryPolicyOptions = {}): RetryPolicy {
  const { maxCrashes = 2, baseDelayMs = 1_000, maxDelayMs = 300_000 } = options;
  checkWholeNumbers({ maxCrashes }, { least: 1 });
  checkTimes({ baseDelayMs, maxDelayMs });
  if (baseDelayMs > maxDelayMs) {
    throw new PubpipeError('INVALID_INPUT', 'baseDelayMs must not be larger than maxDelayMs.');
  }
  return Object.freeze({ maxCrashes, baseDelayMs, maxDelayMs });
}

/** What a job stands on. When one of these is away, no job is to blame, and whoever tries often enough fails each of them. */
const outages: ReadonlySet<ErrorCode> = new Set(['STORE_UNAVAILABLE', 'JOB_STORE_UNAVAILABLE', 'QUEUE_UNAVAILABLE']);

/** Whether an attempt failed because of something that no job is to blame for. It counts as a lost claim and not as a failure. */
export function isOutage(code: ErrorCode): boolean {
  return outages.has(code);
}

/** An attempt that failed, counted: it is included in the counts. */
export interface FailedAttempt {
  readonly code: ErrorCode;
  /** Errors that workers reported for this job. */
  readonly failures: number;
  /** Renderer crashes among them. */
  readonly crashCount: number;
  /** What limits `failures`. */
  readonly maxAttempts: number;
  /** Claims in a row without an end of their own. */
  readonly lostClaims: number;
  /** What limits `lostClaims`. */
  readonly maxClaims: number;
}

/** What becomes of a job whose attempt failed. */
export type RetryDecision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly code: ErrorCode };

/** Decides whether a failed attempt is followed by another, and when. Pure. */
export function decideRetry(attempt: FailedAttempt, policy: RetryPolicy): RetryDecision {
  const { code, failures, crashCount, maxAttempts, lostClaims, maxClaims } = attempt;
  if (code === 'RENDERER_CRASHED' && crashCount >= policy.maxCrashes) return { retry: false, code: 'POISONED' };
  const [tries, most] = isOutage(code) ? [lostClaims, maxClaims] : [failures, maxAttempts];
  if (!errorTraits[code].retryable || tries >= most) return { retry: false, code };
  // Finite for any number of tries, so that no wait stays none.
  const growth = 2 ** Math.min(tries - 1, 1_000);
  return { retry: true, delayMs: Math.min(policy.baseDelayMs * growth, policy.maxDelayMs) };
}
