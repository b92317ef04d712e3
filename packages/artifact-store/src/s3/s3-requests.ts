import { PubpipeError, throwIfCancelled, tryAgain } from '@pubpipe/core';
import type { ResolvedS3ArtifactStoreOptions } from './s3-artifact-store-options.ts';
import { mayPass, toStoreError } from './s3-failure.ts';

/** Sends one command with the options that it is given, which carry the signal. */
type Send<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** How requests are bounded and tried again. */
export type RequestBounds = Pick<ResolvedS3ArtifactStoreOptions, 'requestTimeoutMs' | 'tries' | 'retryDelayMs'>;

/** Makes requests: each one bounded in time, its failure one of the store's errors. */
export class S3Requests {
  readonly #bounds: RequestBounds;

  constructor(bounds: RequestBounds) {
    this.#bounds = bounds;
  }

  /** Makes a request that may be made any number of times, again when it fails for a passing reason. */
  async repeat<T>(signal: AbortSignal, send: Send<T>): Promise<T> {
    const { tries, retryDelayMs } = this.#bounds;
    const once = async (): Promise<T> => await this.once(signal, send);
    return await tryAgain(once, { tries, baseDelayMs: retryDelayMs, when: mayPass, signal });
  }

  /** Makes a request. The client tries it again by itself, as far as its `maxAttempts` go. */
  async once<T>(signal: AbortSignal, send: Send<T>): Promise<T> {
    const { requestTimeoutMs: timeoutMs } = this.#bounds;
    throwIfCancelled(signal);
    // Not AbortSignal.timeout: it would go on after the answer, and end the body of a long read.
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    try {
      return await send({ abortSignal: AbortSignal.any([signal, timeout.signal]) });
    } catch (error) {
      throwIfCancelled(signal);
      if (!timeout.signal.aborted) throw toStoreError(error);
      throw new PubpipeError('STORE_UNAVAILABLE', `The S3 server did not answer within ${timeoutMs} ms.`, {
        details: { timeoutMs },
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}
