import type { JobStore } from '../ports/job-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { QueueSize } from '../ports/queue-size.ts';

/** How long a count is good for. */
const maxAgeMs = 2_000;
/** How long a scrape waits for one. */
const patienceMs = 2_000;

/** Counts the queue for whoever scrapes: one statement at a time, and at most one in 2 s that is answered. */
export class QueueSizeReader {
  readonly #jobStore: Pick<JobStore, 'queueSize'>;
  readonly #logger: Pick<Logger, 'warn'>;
  #counted: { readonly size: QueueSize; readonly at: number } | undefined;
  #counting: Promise<QueueSize | undefined> | undefined;

  constructor(jobStore: Pick<JobStore, 'queueSize'>, logger: Pick<Logger, 'warn'>) {
    this.#jobStore = jobStore;
    this.#logger = logger;
  }

  /** The queue's size, or undefined when the database does not tell in time: no number is better than an old one. */
  async read(): Promise<QueueSize | undefined> {
    if (this.#counted !== undefined && performance.now() - this.#counted.at < maxAgeMs) return this.#counted.size;
    // A database that hangs is not asked again before it has answered.
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
    const patience = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => patience.resolve(undefined), patienceMs);
    try {
      return await Promise.race([this.#counting, patience.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #count(): Promise<QueueSize | undefined> {
    try {
      const size = await this.#jobStore.queueSize();
      this.#counted = { size, at: performance.now() };
      return size;
    } catch (error) {
      this.#logger.warn({ err: error }, 'the queue could not be counted; its metric is missing meanwhile');
      return undefined;
    }
  }
}
