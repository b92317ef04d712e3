import { type ErrorCode, errorTraits } from './error-traits.ts';

const brand: unique symbol = Symbol.for('pubpipe.error') as never;

/** What goes into a {@link PubpipeError} besides its code and message. */
export interface PubpipeErrorOptions {
  /** Facts about the failure for programs and people: plain JSON, free of secrets, shown to clients. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** The original error: for logs, never sent to a client. */
  readonly cause?: unknown;
}

/** The one error class that crosses a package boundary. Look at `code`, never at the message. */
export class PubpipeError extends Error {
  override readonly name = 'PubpipeError';
  /** The stable name of the failure. */
  readonly code: ErrorCode;
  /** Facts about the failure for programs and people: plain JSON, free of secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  /** The message is one sentence that says what happened and, where it can, what to do. */
  constructor(code: ErrorCode, message: string, options: PubpipeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = Object.freeze({ ...options.details });
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether the same request may succeed when it is made again, unchanged. */
  get retryable(): boolean {
    return errorTraits[this.code].retryable;
  }
}

/** Like `instanceof PubpipeError`, but also true for an error made by another copy of this package. */
export function isPubpipeError(value: unknown): value is PubpipeError {
  return value instanceof Error && (value as { readonly [brand]?: unknown })[brand] === true;
}

/** Returns `error` if it is ours, or wraps it under `code` with the original as its cause. */
export function toPubpipeError(error: unknown, code: ErrorCode, message: string): PubpipeError {
  return isPubpipeError(error) ? error : new PubpipeError(code, message, { cause: error });
}

/** Throws `CANCELLED`, cause `signal.reason`, if `signal` has been aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}

/** The `CANCELLED` error for an aborted `signal`; a reason that is already ours is returned as it is. */
export function cancelled(signal: AbortSignal): PubpipeError {
  return toPubpipeError(signal.reason, 'CANCELLED', 'The operation was cancelled.');
}
