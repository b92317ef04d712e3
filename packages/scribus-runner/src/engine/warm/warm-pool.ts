import { setTimeout as sleep } from 'node:timers/promises';
import {
  cancelled,
  type Logger,
  PubpipeError,
  type RendererMetrics,
  type RendererRestartReason,
  throwIfCancelled,
  unlessAborted,
} from '@pubpipe/core/driver';
import type { ForkServer } from './fork-server.ts';

const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** A server that dies sooner than this is no better than one that doesn't start. */
const trustedAfterMs = 5_000;

/** Why a server is started; `first` is none that takes another's place. */
type StartReason = RendererRestartReason | 'first';

/** When a server is replaced. */
export interface Renewal {
  readonly maxJobs: number;
  readonly maxAgeMs: number;
  readonly maxGrowthBytes: number;
  /** Changes when fonts or profiles do. */
  readonly libraryStamp: () => Promise<string>;
}

/** What a pool is kept with. */
export interface WarmPoolOptions {
  /** How long a server may take until it is ready. */
  readonly startMs: number;
  readonly logger: Logger;
  readonly metrics: RendererMetrics;
}

/** Keeps one warm server ready, replaces it in time, and starts it anew, at growing distances, when it dies. */
export class WarmPool {
  readonly #open: () => Promise<ForkServer>;
  readonly #renewal: Renewal;
  readonly #options: WarmPoolOptions;
  readonly #closing = new AbortController();
  readonly #servers = new Set<ForkServer>();
  #current: ForkServer | undefined;
  #stamp = '';
  #starting: Promise<ForkServer> | undefined;
  /** Resolves when the server that is being started has its process. */
  #opened = Promise.withResolvers<void>();
  #failures = 0;
  /** Whether one has died since a server was ready. */
  #crashed = false;

  /** `open` starts a server; it need not be ready. */
  constructor(open: () => Promise<ForkServer>, renewal: Renewal, options: WarmPoolOptions) {
    this.#open = open;
    this.#renewal = renewal;
    this.#options = options;
  }

  /**
   * A server that can fork. One that is due to be replaced still serves until the next is ready.
   *
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when none can be started, or it isn't ready in time.
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async acquire(signal: AbortSignal): Promise<ForkServer> {
    throwIfCancelled(signal);
    // A server is dead before it is gone.
    if (this.#current?.isAlive === false) this.#mourn(this.#current);
    const current = this.#current;
    if (current === undefined) return await unlessAborted(this.#startAnew(), signal);
    const reason = await unlessAborted(this.#whyReplace(current), signal);
    // A replacement that fails is told to the log; the server that is there goes on.
    if (reason !== undefined) this.#renew(reason).catch(() => {});
    return current;
  }

  /** Starts a server if there is none. Resolves when that is started, not when it is ready. Never rejects. */
  async startAhead(): Promise<void> {
    if (this.#current !== undefined || this.#closing.signal.aborted) return;
    // Why it fails hears whoever acquires one.
    const ready = this.#startAnew().catch(() => undefined);
    await Promise.race([this.#opened.promise, ready]);
  }

  /** Lets the server go that is ready, once its jobs have ended; the next that is needed is started then. */
  rest(): void {
    const server = this.#current;
    this.#current = undefined;
    void server?.retire();
  }

  /** Ends all servers. Their jobs, of which none should be under way, end with them. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#starting?.catch(() => {});
    await Promise.all([...this.#servers].map((server) => server.destroy()));
  }

  async #whyReplace(server: ForkServer): Promise<RendererRestartReason | undefined> {
    const { maxJobs, maxAgeMs, maxGrowthBytes, libraryStamp } = this.#renewal;
    if (server.forks >= maxJobs) return 'jobs';
    if (performance.now() - server.startedAt >= maxAgeMs) return 'age';
    if (server.growthBytes >= maxGrowthBytes) return 'memory';
    return (await libraryStamp()) === this.#stamp ? undefined : 'libraries';
  }

  /** Starts a server where there is none. */
  #startAnew(): Promise<ForkServer> {
    return this.#renew(this.#crashed ? 'crashed' : 'first');
  }

  #renew(reason: StartReason): Promise<ForkServer> {
    this.#starting ??= this.#start(reason).finally(() => {
      this.#starting = undefined;
      this.#opened = Promise.withResolvers();
    });
    return this.#starting;
  }

  async #start(reason: StartReason): Promise<ForkServer> {
    await this.#pause();
    const stamp = await this.#renewal.libraryStamp();
    try {
      const server = await this.#open();
      this.#opened.resolve();
      this.#servers.add(server);
      void server.gone.finally(() => {
        this.#servers.delete(server);
        this.#mourn(server);
      });
      await this.#untilReady(server);
      const before = this.#current;
      this.#current = server;
      this.#stamp = stamp;
      this.#crashed = false;
      this.#options.logger.info({ reason }, 'A warm Scribus is ready.');
      if (reason !== 'first') this.#options.metrics.rendererRestarted({ reason });
      void before?.retire();
      return server;
    } catch (error) {
      this.#failures += 1;
      if (!this.#closing.signal.aborted) {
        this.#options.logger.warn({ err: error, reason }, 'A warm Scribus could not be started.');
      }
      throw error;
    }
  }

  /** Nobody else would end a server that says nothing: whoever waits for it gives up, and the next waits for it again. */
  async #untilReady(server: ForkServer): Promise<void> {
    const { startMs } = this.#options;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(tooSlow(startMs, server.log())), startMs);
    try {
      await unlessAborted(server.ready, AbortSignal.any([late.signal, this.#closing.signal]));
    } catch (error) {
      // It is waited for when the pool is closed.
      server.destroy().catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes note that a server has died that was to serve; the second time nothing happens. */
  #mourn(server: ForkServer): void {
    if (this.#current !== server) return;
    this.#current = undefined;
    this.#crashed = true;
    const isTrusted = performance.now() - server.startedAt > trustedAfterMs;
    this.#failures = isTrusted ? 0 : this.#failures + 1;
    if (!this.#closing.signal.aborted) this.#options.logger.warn({ log: server.log() }, 'A warm Scribus has died.');
  }

  /** Waits before a start, longer after each failure. */
  async #pause(): Promise<void> {
    throwIfCancelled(this.#closing.signal);
    if (this.#failures === 0) return;
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs);
    await sleep(pauseMs, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {
      throw cancelled(this.#closing.signal);
    });
  }
}

const tooSlow = (startMs: number, log: string): PubpipeError =>
  new PubpipeError('RENDERER_UNAVAILABLE', `Scribus was not ready within ${startMs} ms, and was killed.`, {
    details: { stage: 'starting', timeoutMs: startMs, log },
  });
