import pLimit from 'p-limit';
import { type Delivery, dispatchId } from '../ports/job-queue.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** Messages to the queue that may be under way at once. What comes on top waits for the next sweep. */
const maxUnderWay = 64;
const batch = 500;

/** Options of {@link createDispatcher}. */
type DispatcherParts = Pick<PipelineParts, 'queue' | 'enqueueTimeoutMs' | 'logger'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'undispatched' | 'markDispatched' | 'unclaimed' | 'redispatch'>;
};

/**
 * Tells the queue of due jobs. A message that fails, or is lost with the queue, costs time and nothing
 * else: the job's row says that it still waits, and the next sweep tells again.
 */
export interface Dispatcher {
  /** Tells the queue of one job. Never rejects; ends within the enqueue timeout. */
  dispatch(delivery: Delivery): Promise<void>;
  /** Tells the queue of all due jobs that it has not been told of. */
  dispatchDue(): Promise<void>;
  /** Does `dispatchDue` once `delayMs` have passed, for a job that is due then. */
  dispatchIn(delayMs: number): void;
  /** Gives new dispatch numbers to jobs that the queue was told of and has lost. */
  redispatchLost(options: { readonly olderThanMs: number }): Promise<void>;
  /** Waits for messages under way. */
  close(): Promise<void>;
}

/** Makes a dispatcher. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { jobStore, queue, logger, enqueueTimeoutMs } = parts;
  const limit = pLimit(maxUnderWay);
  const underWay = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  async function tell(delivery: Delivery): Promise<void> {
    try {
      await within(enqueueTimeoutMs, (signal) => queue.enqueue(delivery, { signal }));
      await jobStore.markDispatched(delivery);
    } catch (error) {
      logger.warn({ err: error, ...delivery }, 'the queue could not be told of a job; the next sweep tells again');
    }
  }

  async function tracked(work: Promise<void>): Promise<void> {
    underWay.add(work);
    await work.finally(() => underWay.delete(work));
  }

  async function dispatch(delivery: Delivery): Promise<void> {
    if (closed || limit.activeCount >= maxUnderWay) return;
    await tracked(limit(tell, delivery));
  }

  async function dispatchDue(): Promise<void> {
    if (closed) return;
    const due = await jobStore.undispatched({ limit: batch });
    await tracked(limit.map(due, tell).then(() => undefined));
  }

  return Object.freeze({
    dispatch,
    dispatchDue,
    dispatchIn(delayMs: number) {
      if (closed) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        dispatchDue().catch((error: unknown) => logger.warn({ err: error }, 'due jobs could not be read'));
      }, delayMs);
      timers.add(timer);
    },
    async redispatchLost({ olderThanMs }: { readonly olderThanMs: number }) {
      for (const delivery of await jobStore.unclaimed({ olderThanMs, limit: batch })) {
        // A queue that can't answer rejects, and then nothing may be concluded.
        if (!(await within(enqueueTimeoutMs, () => queue.has(dispatchId(delivery))))) {
          logger.warn({ ...delivery }, 'the queue has lost a job; it is dispatched again');
          await jobStore.redispatch(delivery);
        }
      }
    },
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(underWay);
    },
  });
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
