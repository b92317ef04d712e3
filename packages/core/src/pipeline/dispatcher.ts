import { type Delivery, dispatchId } from '../ports/job-queue.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** Messages to the queue that may be under way at once. What comes on top waits for the next sweep. */
const maxUnderWay = 64;
/** Rows that one pass over the due jobs looks at. */
const batch = 500;

/** What a dispatcher works with. */
type DispatcherParts = Pick<PipelineParts, 'queue' | 'enqueueTimeoutMs' | 'logger'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'undispatched' | 'markDispatched' | 'unclaimed' | 'redispatch'>;
};

/**
 * Tells the queue of due jobs. A message that fails, or is lost with the queue, costs time and nothing
 * else: the job's row says that it still waits, and the next sweep tells again.
 */
export interface Dispatcher {
  /** Tells the queue of one job. Never rejects. Too many at once are left to the sweep. */
  dispatch(delivery: Delivery): Promise<void>;
  /** Tells the queue of all due jobs that it has not been told of. One pass at a time, however often it is called. */
  dispatchDue(): Promise<void>;
  /** Does `dispatchDue` once `delayMs` have passed, for a job that is due then. Never rejects. */
  dispatchIn(delayMs: number): void;
  /** Gives new dispatch numbers to jobs that the queue was told of and has lost. */
  redispatchLost(options: { readonly olderThanMs: number }): Promise<void>;
  /** Tells no more and waits for what is under way. */
  close(): Promise<void>;
}

/** Makes a dispatcher. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  return new QueueDispatcher(parts);
}

class QueueDispatcher implements Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #telling = new Set<Promise<boolean>>();
  #pass: Promise<void> | undefined;
  #passAgain = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  async dispatch(delivery: Delivery): Promise<void> {
    if (this.#telling.size < maxUnderWay) await this.#tell(delivery);
  }

  async dispatchDue(): Promise<void> {
    this.#passAgain = true;
    this.#pass ??= this.#passWhileAsked().finally(() => {
      this.#pass = undefined;
    });
    await this.#pass;
  }

  dispatchIn(delayMs: number): void {
    const at = performance.now() + delayMs;
    // One timer, for the earliest: the sweep comes for the later ones.
    if (this.#closed || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.dispatchDue().catch((error: unknown) => {
        this.#parts.logger.warn({ err: error }, 'due jobs could not be read; the next sweep tries again');
      });
    }, delayMs);
  }

  async redispatchLost({ olderThanMs }: { readonly olderThanMs: number }): Promise<void> {
    const { jobStore, queue, logger, enqueueTimeoutMs } = this.#parts;
    for (const delivery of await jobStore.unclaimed({ olderThanMs, limit: batch })) {
      if (this.#closed) return;
      // A queue that can't answer rejects, and then nothing may be concluded.
      if (await within(enqueueTimeoutMs, () => queue.has(dispatchId(delivery)))) continue;
      logger.warn({ ...delivery }, 'the queue has lost a job; it is dispatched again');
      await jobStore.redispatch(delivery);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    // Whoever asked for the pass hears of its failure.
    await Promise.allSettled([...this.#telling, this.#pass]);
  }

  async #passWhileAsked(): Promise<void> {
    while (this.#passAgain && !this.#closed) {
      this.#passAgain = false;
      await this.#passOnce();
    }
  }

  async #passOnce(): Promise<void> {
    const due = [...(await this.#parts.jobStore.undispatched({ limit: batch }))];
    while (due.length > 0 && !this.#closed) {
      const told = await Promise.all(due.splice(0, maxUnderWay).map((delivery) => this.#tell(delivery)));
      // A queue that is away is not asked again and again: the rest waits for the next pass.
      if (told.includes(false)) return;
    }
  }

  /** Answers whether it worked. */
  async #tell(delivery: Delivery): Promise<boolean> {
    if (this.#closed) return false;
    const telling = this.#enqueueAndMark(delivery).finally(() => this.#telling.delete(telling));
    this.#telling.add(telling);
    return await telling;
  }

  async #enqueueAndMark(delivery: Delivery): Promise<boolean> {
    const { jobStore, queue, logger, enqueueTimeoutMs } = this.#parts;
    try {
      await within(enqueueTimeoutMs, (signal) => queue.enqueue(delivery, { signal }));
    } catch (error) {
      logger.warn({ err: error, ...delivery }, 'the queue could not be told of a job; the next sweep tells again');
      return false;
    }
    try {
      await jobStore.markDispatched(delivery);
      return true;
    } catch (error) {
      logger.warn({ err: error, ...delivery }, 'it could not be noted that the queue knows a job; it is told again');
      return false;
    }
  }
}

/** Runs `work` with a signal that ends it after `timeoutMs`, and rejects then even if `work` does not listen. */
async function within<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { promise: timedOut, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(signal), timedOut]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
