import { cancelled, PubpipeError, throwIfCancelled } from '../errors/pubpipe-error.ts';

/** One call that is under way. */
export interface CallUnderWay {
  /** Aborts when the caller's signal does, and when the store is closed. */
  readonly signal: AbortSignal;
  /** Says that nothing of the call goes on. Idempotent. */
  end(): void;
}

/**
 * The calls that something closable has under way, so that closing ends them and waits for them.
 * It follows a caller's signal only while a call lasts, so that a long-lived one gathers no listeners.
 */
export class CallsUnderWay {
  readonly #name: string;
  readonly #aborts = new Map<CallUnderWay, (reason: unknown) => void>();
  #closed = false;
  #idle: PromiseWithResolvers<void> | undefined;

  /** `name` says in messages what was closed: `The artifact store`. */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Begins a call; it lasts until its `end`.
   *
   * @throws PubpipeError `CLOSED` after `close`.
   * @throws PubpipeError `CANCELLED` when `signal` has been aborted.
   */
  begin(signal?: AbortSignal): CallUnderWay {
    this.check(signal);
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(cancelled(signal as AbortSignal));
    signal?.addEventListener('abort', onAbort, { once: true });
    const call: CallUnderWay = {
      signal: controller.signal,
      end: () => {
        signal?.removeEventListener('abort', onAbort);
        this.#aborts.delete(call);
        if (this.#aborts.size === 0) this.#idle?.resolve();
      },
    };
    this.#aborts.set(call, (reason) => controller.abort(reason));
    return call;
  }

  /** Runs `work` as one call that ends when its promise has settled. Throws as `begin` does. */
  async run<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const call = this.begin(signal);
    try {
      return await work(call.signal);
    } finally {
      call.end();
    }
  }

  /** Throws what `begin` would throw, without beginning anything. */
  check(signal?: AbortSignal): void {
    if (this.#closed) throw this.#closedError();
    throwIfCancelled(signal);
  }

  /** Lets no further call begin, aborts those under way with `CLOSED` and waits for their ends. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const abort of this.#aborts.values()) abort(this.#closedError());
    if (this.#aborts.size === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  #closedError(): PubpipeError {
    return new PubpipeError('CLOSED', `${this.#name} has been closed.`);
  }
}
