import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { DiscardIncompleteOptions } from '../ports/artifact-store.ts';

/** What one call of `discardIncomplete` may remove. */
export interface DiscardIncomplete {
  /** Only what was begun longer ago than this many milliseconds. */
  readonly olderThanMs: number;
  /** Upper bound of what is removed. */
  readonly limit: number;
}

/**
 * Fills in and checks the options of `discardIncomplete`.
 *
 * @throws PubpipeError `INVALID_INPUT` when the age is not a number of 0 or more, or the limit not a whole one of 1 or more.
 */
export function resolveDiscardIncomplete({ olderThanMs, limit = 1_000 }: DiscardIncompleteOptions): DiscardIncomplete {
  if (!(Number.isFinite(olderThanMs) && olderThanMs >= 0)) {
    throw new PubpipeError('INVALID_INPUT', 'olderThanMs must be a number of milliseconds, 0 or more.');
  }
  if (!(Number.isSafeInteger(limit) && limit >= 1)) {
    throw new PubpipeError('INVALID_INPUT', 'limit must be a whole number, 1 or more.');
  }
  return Object.freeze({ olderThanMs, limit });
}
