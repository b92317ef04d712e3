import { createBell } from './bell.ts';
import type { FeedBuffer } from './feed-buffer.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** What reading the feed takes. */
export type FeedParts = Pick<PipelineParts, 'bus' | 'logger' | 'eventPollMs'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'readFeed' | 'feedEnd'>;
};

/** Shortest wait after a read that failed, in milliseconds; it doubles up to `eventPollMs`. */
const retryMs = 100;

/**
 * Reads the end of the feed for all subscribers of a process. It runs while somebody is subscribed:
 * notifications wake it, and without any it looks every `eventPollMs`.
 */
export class FeedReader {
  readonly #parts: FeedParts;
  #run: FeedRun | undefined;
  #end: Promise<number> | undefined;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** Hands everything to `buffer` from now on that is behind the position that this answers. */
  async attach(buffer: FeedBuffer): Promise<number> {
    if (this.#run === undefined) {
      this.#end ??= this.#parts.jobStore.feedEnd().finally(() => {
        this.#end = undefined;
      });
      const end = await this.#end;
      this.#run ??= new FeedRun(this.#parts, end);
    }
    this.#run.buffers.add(buffer);
    return this.#run.head;
  }

  /** Hands no more to `buffer`. The last one that goes ends the reading. */
  detach(buffer: FeedBuffer): void {
    const run = this.#run;
    run?.buffers.delete(buffer);
    if (run === undefined || run.buffers.size > 0) return;
    this.#run = undefined;
    run.stop();
  }
}

class FeedRun {
  readonly buffers = new Set<FeedBuffer>();
  readonly #parts: FeedParts;
  readonly #bell = createBell();
  readonly #unsubscribe: () => void;
  #head: number;
  #hasStopped = false;

  constructor(parts: FeedParts, head: number) {
    this.#parts = parts;
    this.#head = head;
    this.#unsubscribe = parts.bus.subscribe(this.#bell.ring);
    void this.#read();
  }

  /** Everything up to here has been handed to the buffers. */
  get head(): number {
    return this.#head;
  }

  stop(): void {
    this.#hasStopped = true;
    this.#unsubscribe();
    this.#bell.ring();
  }

  async #read(): Promise<void> {
    const { logger, eventPollMs } = this.#parts;
    let waitMs = retryMs;
    while (!this.#hasStopped) {
      // Silenced before reading: what is written from now on rings again.
      this.#bell.silence();
      try {
        const hasMore = await this.#readPage();
        waitMs = retryMs;
        if (!hasMore && !this.#hasStopped) await this.#bell.rung(eventPollMs);
      } catch (error) {
        logger.warn({ err: error }, 'the events could not be read; they are read again');
        // Notifications must not cut this short. Who waits for events keeps the process alive by itself.
        await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, eventPollMs)).unref());
        waitMs *= 2;
      }
    }
  }

  async #readPage(): Promise<boolean> {
    const page = await this.#parts.jobStore.readFeed({ scope: 'all-tenants', after: this.#head });
    if (this.#hasStopped) return false;
    // At once with handing over: who is attached meanwhile gets all or nothing of the page.
    this.#head = page.position;
    for (const buffer of this.buffers) buffer.add(page);
    return page.hasMore;
  }
}
