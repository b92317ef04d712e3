import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';

/** How often, and how patiently, a delivery is tried again. The defaults try for more than two days. */
export interface WebhookRetryOptions {
  /** Failed attempts after which a delivery is dead. @defaultValue 12 */
  readonly maxAttempts?: number | undefined;
  /** Wait after the first failed attempt, in milliseconds. Four times as long after each further one. @defaultValue 5_000 */
  readonly baseDelayMs?: number | undefined;
  /** Longest wait, in milliseconds. @defaultValue 43_200_000 (12 hours) */
  readonly maxDelayMs?: number | undefined;
}

/** {@link WebhookRetryOptions}, complete. */
export type WebhookRetryPolicy = { readonly [Name in keyof WebhookRetryOptions]-?: number };

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when a number is out of range.
 */
export function resolveWebhookRetry(options: WebhookRetryOptions = {}): WebhookRetryPolicy {
  const { maxAttempts = 12, baseDelayMs = 5_000, maxDelayMs = 43_200_000 } = options;
  checkWholeNumbers({ maxAttempts }, { least: 1, most: 100 });
  checkTimes({ baseDelayMs, maxDelayMs });
  if (baseDelayMs > maxDelayMs) {
    throw new PubpipeError('INVALID_INPUT', 'baseDelayMs must not be larger than maxDelayMs.');
  }
  return Object.freeze({ maxAttempts, baseDelayMs, maxDelayMs });
}

/**
 * The wait after the attempt that made `failures`, in milliseconds; undefined when it was the last one. `random`, from 0
 * to 1, spreads it between three quarters and five quarters, so that what failed together is not tried again together.
 * Pure.
 */
export function retryWebhookInMs(
  failures: number,
  { maxAttempts, baseDelayMs, maxDelayMs }: WebhookRetryPolicy,
  random: number,
): number | undefined {
  if (failures >= maxAttempts) return undefined;
  const delayMs = Math.min(baseDelayMs * 4 ** (failures - 1), maxDelayMs);
  return Math.round(delayMs * (0.75 + random / 2));
}
