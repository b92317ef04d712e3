import { cancelled, isPubpipeError, PubpipeError, toPubpipeError } from '../errors/pubpipe-error.ts';
import type { Claim } from '../ports/job-store.ts';
import type { RenderProgress } from '../ports/renderer.ts';
import type { WorkerContext } from './worker-context.ts';

type Context = Pick<WorkerContext, 'jobStore' | 'bus' | 'clock' | 'logger' | 'leaseMs'>;

/**
 * Keeps a claim alive, and tells its attempt when to stop: when the job was cancelled or taken over,
 * when no heartbeat has come through for a whole lease, when the worker shuts down, or when a part
 * of the attempt has failed.
 */
export class ClaimGuard {
  readonly #context: Context;
  readonly #claim: Claim;
  readonly #abort = new AbortController();
  readonly #shutdown: AbortSignal;
  readonly #unsubscribe: () => void;
  readonly #beats: NodeJS.Timeout;
  readonly #onShutdown = (): void => this.abort(cancelled(this.#shutdown));
  #leaseEnd: NodeJS.Timeout;
  #writing: Promise<void> | undefined;
  #due = false;
  #progress: RenderProgress | undefined;
  #stopped = false;

  /** `claimedAt` is the monotonic time just before the claim was asked for: its lease ends no earlier than from then. */
  constructor(context: Context, claim: Claim, { claimedAt, shutdown }: { claimedAt: number; shutdown: AbortSignal }) {
    this.#context = context;
    this.#claim = claim;
    this.#shutdown = shutdown;
    this.#leaseEnd = this.#endLeaseFrom(claimedAt);
    // Three beats a lease: two may be lost.
    this.#beats = setInterval(() => this.#beat(), context.leaseMs / 3);
    this.#unsubscribe = context.bus.subscribe(({ jobId, ended }) => {
      if (ended && jobId === claim.jobId) this.#beat();
    });
    shutdown.addEventListener('abort', this.#onShutdown, { once: true });
    if (shutdown.aborted) this.#onShutdown();
  }

  /** Aborts when the attempt must stop; its reason says why. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Stops the attempt because a part of it has failed. The first reason counts. */
  abort(reason: unknown): void {
    this.#abort.abort(toPubpipeError(reason, 'INTERNAL', 'A part of the attempt failed in a way it does not know.'));
  }

  /** Notes how far the attempt is. When this comes faster than it can be written, the latest counts. */
  readonly report = (progress: RenderProgress): void => {
    this.#progress = progress;
    this.#beat();
  };

  /**
   * Ends the heartbeats and waits for the one under way, but no longer than a beat may take: one that
   * comes later is answered by the fence. Idempotent.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#beats);
    clearTimeout(this.#leaseEnd);
    this.#unsubscribe();
    this.#shutdown.removeEventListener('abort', this.#onShutdown);
    if (this.#writing === undefined) return;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, this.#context.leaseMs / 3);
    await Promise.race([this.#writing, patience.promise]);
    clearTimeout(timer);
  }

  #endLeaseFrom(startedAt: number): NodeJS.Timeout {
    const { clock, leaseMs } = this.#context;
    return setTimeout(
      () => this.abort(new PubpipeError('CLAIM_LOST', 'No heartbeat has come through for a whole lease.')),
      Math.max(0, startedAt + leaseMs - clock.monotonicNow()),
    );
  }

  #beat(): void {
    this.#due = true;
    this.#writing ??= this.#writeWhileDue();
  }

  async #writeWhileDue(): Promise<void> {
    try {
      while (this.#due && !this.#stopped) {
        this.#due = false;
        const progress = this.#progress;
        this.#progress = undefined;
        await this.#write(progress);
      }
    } finally {
      this.#writing = undefined;
    }
  }

  async #write(progress: RenderProgress | undefined): Promise<void> {
    const { jobStore, bus, clock, logger, leaseMs } = this.#context;
    const { tenant, jobId } = this.#claim;
    const startedAt = clock.monotonicNow();
    try {
      await jobStore.heartbeat(this.#claim, { leaseMs, progress });
      if (this.#stopped) return;
      clearTimeout(this.#leaseEnd);
      this.#leaseEnd = this.#endLeaseFrom(startedAt);
      if (progress !== undefined) bus.publish({ tenant, jobId, ended: false });
    } catch (error) {
      if (isPubpipeError(error) && error.code === 'CLAIM_LOST') this.abort(error);
      // Anything else may pass: the next beat tries again, until the lease is over.
      else logger.warn({ err: error }, 'a heartbeat failed');
    }
  }
}
