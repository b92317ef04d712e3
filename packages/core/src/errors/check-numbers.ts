import { PubpipeError } from './pubpipe-error.ts';

/** The longest time that a timer of Node can wait: above it, it would not wait at all. About 24.8 days. */
export const longestTimerMs = 2 ** 31 - 1;

/**
 * Checks options that are whole numbers, each at least its `least` and at most `most`.
 *
 * @throws PubpipeError `INVALID_INPUT` naming the first that is out of range.
 */
export function checkWholeNumbers(
  values: Readonly<Record<string, number>>,
  { least, most = Number.MAX_SAFE_INTEGER }: { readonly least: number; readonly most?: number },
): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isSafeInteger(value) && value >= least && value <= most) continue;
    throw new PubpipeError('INVALID_INPUT', `${name} must be a whole number from ${least} to ${most}.`, {
      details: { name, value: String(value) },
    });
  }
}

/**
 * Checks options that timers wait for: whole milliseconds, at least `least`, and what a timer can wait.
 *
 * @throws PubpipeError `INVALID_INPUT` naming the first that is out of range.
 */
export function checkTimes(
  values: Readonly<Record<string, number>>,
  { least = 0 }: { readonly least?: number } = {},
): void {
  checkWholeNumbers(values, { least, most: longestTimerMs });
}
