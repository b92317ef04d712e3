import { isPubpipeError, PubpipeError } from '../errors/pubpipe-error.ts';
import type { FeedEntry } from '../ports/event-feed.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import type { SubscribeOptions } from './subscribe-feed.ts';

/** What a consumer works with. */
export type ConsumerParts = Pick<PipelineParts, 'clock' | 'logger' | 'eventPollMs'> & {
  readonly jobStore: Pick<
    PipelineParts['jobStore'],
    'registerConsumer' | 'claimConsumer' | 'advanceConsumer' | 'releaseConsumer'
  >;
  readonly subscribe: (options: SubscribeOptions) => AsyncGenerator<FeedEntry, void>;
};

/** Which cursor, for whom, and for how long. */
export interface CursorClaim {
  readonly name: string;
  readonly owner: string;
  readonly leaseMs: number;
}

/** The right to move a consumer's cursor, renewed until it is ended or lost. Writes come one after the other. */
export class CursorLease {
  readonly #parts: ConsumerParts;
  readonly #claim: CursorClaim;
  readonly #lost = new AbortController();
  readonly #beats: NodeJS.Timeout;
  #end: NodeJS.Timeout;
  #writing: Promise<unknown> = Promise.resolve();
  #stored: number;
  #handled: number;
  #isAbandoned = false;

  /** Takes the cursor, unless another instance has it. */
  static async take(parts: ConsumerParts, { name, owner, leaseMs }: CursorClaim): Promise<CursorLease | undefined> {
    const claim = { name, owner, leaseMs };
    const askedAt = parts.clock.monotonicNow();
    const taken = await parts.jobStore.claimConsumer(claim);
    return taken === undefined ? undefined : new CursorLease(parts, claim, { ...taken, askedAt });
  }

  private constructor(parts: ConsumerParts, claim: CursorClaim, taken: { position: number; askedAt: number }) {
    this.#parts = parts;
    this.#claim = claim;
    this.#stored = taken.position;
    this.#handled = taken.position;
    this.#end = this.#endFrom(taken.askedAt);
    // Three beats a lease: two may be lost.
    this.#beats = setInterval(() => this.#beat(), claim.leaseMs / 3);
  }

  /** Aborts when another instance may move the cursor. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Everything up to here has been handled. */
  get position(): number {
    return this.#handled;
  }

  /** Notes that there is nothing to do up to `position`; it is written with the next beat. */
  passOver(position: number): void {
    this.#handled = position;
  }

  /**
   * Writes down that everything up to `position` has been handled.
   *
   * @throws PubpipeError `CLAIM_LOST` when another instance moves the cursor now.
   * @throws PubpipeError `JOB_STORE_UNAVAILABLE`; then only taking the cursor again tells where it stands.
   */
  async advance(position: number): Promise<void> {
    this.#handled = position;
    await this.#write();
  }

  /** Lets the lease run out instead of giving it back: a handler may still be at work. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /** Gives the cursor back, unless it is lost or abandoned. Never rejects. */
  async end(): Promise<void> {
    clearInterval(this.#beats);
    try {
      await this.#writing.catch(() => undefined);
      if (this.#isAbandoned || this.#lost.signal.aborted) return;
      if (this.#handled > this.#stored) await this.#write();
      await this.#parts.jobStore.releaseConsumer(this.#claim);
    } catch (error) {
      const { logger } = this.#parts;
      logger.warn({ err: error, consumer: this.#claim.name }, 'a cursor could not be given back; its lease runs out');
    } finally {
      clearTimeout(this.#end);
    }
  }

  #beat(): void {
    this.#write().catch((error: unknown) => {
      if (isPubpipeError(error) && error.code === 'CLAIM_LOST') this.#lost.abort(error);
      // Anything else may pass: the next beat tries again, until the lease is over.
      else this.#parts.logger.warn({ err: error, consumer: this.#claim.name }, 'a cursor could not be renewed');
    });
  }

  async #write(): Promise<void> {
    const write = this.#writing.catch(() => undefined).then(() => this.#writeOnce());
    this.#writing = write;
    await write;
  }

  async #writeOnce(): Promise<void> {
    const { jobStore, clock } = this.#parts;
    const askedAt = clock.monotonicNow();
    const to = this.#handled;
    if (to > this.#stored) {
      await jobStore.advanceConsumer({ ...this.#claim, from: this.#stored, to });
      this.#stored = to;
    } else if ((await jobStore.claimConsumer(this.#claim)) === undefined) {
      throw this.#lostError();
    }
    clearTimeout(this.#end);
    this.#end = this.#endFrom(askedAt);
  }

  #endFrom(askedAt: number): NodeJS.Timeout {
    const { clock } = this.#parts;
    const remainingMs = Math.max(0, askedAt + this.#claim.leaseMs - clock.monotonicNow());
    return setTimeout(() => this.#lost.abort(this.#lostError()), remainingMs);
  }

  #lostError(): PubpipeError {
    return new PubpipeError('CLAIM_LOST', `Another instance may move the cursor of "${this.#claim.name}".`);
  }
}
