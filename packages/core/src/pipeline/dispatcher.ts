import { longestTimerMs } from '../errors/check-numbers.ts';
import { inTime } from '../errors/in-time.ts';
import { unlessAborted } from '../errors/unless-aborted.ts';
import { dispatchId } from '../ports/job-queue.ts';
import type { UnclaimedDelivery } from '../ports/job-store.ts';
import type { DueDelivery } from '../ports/tenant-dispatch.ts';
import type { Span, SpanDescription } from '../ports/tracer.ts';
import { pickFairly, type TenantPlaces } from './pick-fairly.ts';
import type { PipelineParts } from './pipeline-parts.ts';

/** Messages to the queue that may be under way at once. What comes on top waits for the next sweep. */
const maxUnderWay = 64;
/** Rows that one pass over the due jobs looks at. */
const batch = 500;
/** Tenants that one statement looks at, jobs of each, and statements of a pass. */
const tenantsAtOnce = 64;
const perTenant = 32;
const maxPages = 16;

/** What a dispatcher works with. */
type DispatcherParts = Pick<
  PipelineParts,
  'queue' | 'enqueueTimeoutMs' | 'logger' | 'tracer' | 'maxRunningPerTenant'
> & {
  readonly jobStore: Pick<
    PipelineParts['jobStore'],
    'undispatched' | 'markDispatched' | 'unclaimed' | 'redispatch' | 'waitingTenants'
  >;
};

/**
 * Tells the queue of due jobs. A message that fails, or is lost with the queue, costs time and nothing
 * else: the job's row says that it still waits, and the next sweep tells again.
 */
export interface Dispatcher {
  /**
   * Tells the queue of one job, or, where tenants have limited places, of what its tenant has places for. Never rejects.
   * Too many at once are left to the sweep.
   */
  dispatch(delivery: DueDelivery): Promise<void>;
  /** Says that a job of this tenant has ended: where places are limited, the queue is told of the next one. */
  placeFreed(tenant: string): void;
  /** Tells the queue of all due jobs that it has not been told of. One pass at a time, however often it is called. */
  dispatchDue(): Promise<void>;
  /** Does `dispatchDue` once `delayMs` have passed, for a job that is due then. Never rejects. */
  dispatchIn(delayMs: number): void;
  /**
   * Gives new dispatch numbers to jobs that the queue was told of and has lost. Each call looks at a bounded
   * number, the next one goes on behind them. Answers whether it has come to the last one.
   */
  redispatchLost(options: { readonly olderThanMs: number }): Promise<boolean>;
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
  readonly #askedTenants = new Set<string>();
  #allAsked = false;
  #afterTenant: string | undefined;
  #afterUnclaimed: UnclaimedDelivery | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  async dispatch(delivery: DueDelivery): Promise<void> {
    if (this.#parts.maxRunningPerTenant !== undefined) return await this.#dispatchTenant(delivery.tenant);
    if (this.#telling.size < maxUnderWay) await this.#tell(delivery);
  }

  placeFreed(tenant: string): void {
    if (this.#parts.maxRunningPerTenant !== undefined) void this.#dispatchTenant(tenant);
  }

  async #dispatchTenant(tenant: string): Promise<void> {
    if (this.#closed) return;
    // What is too much at once is left to the sweep.
    if (this.#askedTenants.size < maxUnderWay) this.#askedTenants.add(tenant);
    await this.#passes().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'due jobs could not be read; the next sweep tries again');
    });
  }

  async dispatchDue(): Promise<void> {
    this.#allAsked = true;
    await this.#passes();
  }

  async #passes(): Promise<void> {
    this.#passAgain = true;
    this.#pass ??= this.#passWhileAsked().finally(() => {
      this.#pass = undefined;
    });
    await this.#pass;
  }

  dispatchIn(delayMs: number): void {
    const at = performance.now() + delayMs;
    // One timer, for the earliest: the sweep comes for the later ones.
    // So is it for what is further away than a timer can wait.
    if (this.#closed || at >= this.#timerAt || delayMs > longestTimerMs) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.dispatchDue().catch((error: unknown) => {
        this.#parts.logger.warn({ err: error }, 'due jobs could not be read; the next sweep tries again');
      });
    }, delayMs);
  }

  async redispatchLost({ olderThanMs }: { readonly olderThanMs: number }): Promise<boolean> {
    const { jobStore, queue, logger, enqueueTimeoutMs } = this.#parts;
    const unclaimed = await jobStore.unclaimed({ olderThanMs, limit: batch, after: this.#afterUnclaimed });
    for (const delivery of unclaimed) {
      if (this.#closed) return false;
      // A queue that can't answer rejects, and then nothing may be concluded.
      if (await inTime(queue.has(dispatchId(delivery)), enqueueTimeoutMs)) continue;
      logger.warn(factsOf(delivery), 'the queue has lost a job; it is dispatched again');
      await jobStore.redispatch(delivery);
    }
    const last = unclaimed.length < batch;
    this.#afterUnclaimed = last ? undefined : unclaimed.at(-1);
    return last;
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
    const { jobStore, maxRunningPerTenant } = this.#parts;
    const all = this.#allAsked;
    this.#allAsked = false;
    if (maxRunningPerTenant === undefined) {
      await this.#tellAll(await jobStore.undispatched({ limit: batch }));
      return;
    }
    const asked = [...this.#askedTenants];
    this.#askedTenants.clear();
    for (const tenant of asked) {
      const waiting = await jobStore.waitingTenants({ tenant, limit: 1, perTenant });
      if (!(await this.#tellAll(pickFairly(waiting, maxRunningPerTenant)))) return;
    }
    if (all) await this.#goRound(maxRunningPerTenant);
  }

  /** Goes on with the tenant behind the last one, so that each gets its turn, and ends after a bounded number. */
  async #goRound(places: TenantPlaces): Promise<void> {
    for (let page = 0; page < maxPages && !this.#closed; page += 1) {
      const after = this.#afterTenant;
      const tenants = await this.#parts.jobStore.waitingTenants({ after, limit: tenantsAtOnce, perTenant });
      const last = tenants.length < tenantsAtOnce;
      this.#afterTenant = last ? undefined : tenants.at(-1)?.tenant;
      if (!(await this.#tellAll(pickFairly(tenants, places)))) return;
      // A round that began in the middle ends there: the next one begins with the first.
      if (last) return;
    }
  }

  /** Answers whether the queue could be told of all. */
  async #tellAll(deliveries: readonly DueDelivery[]): Promise<boolean> {
    const due = [...deliveries];
    while (due.length > 0 && !this.#closed) {
      const told = await Promise.all(due.splice(0, maxUnderWay).map((delivery) => this.#tell(delivery)));
      // A queue that is away is not asked again and again: the rest waits for the next pass.
      if (told.includes(false)) return false;
    }
    return !this.#closed;
  }

  /** Answers whether it worked. */
  async #tell(delivery: DueDelivery): Promise<boolean> {
    if (this.#closed) return false;
    const { tracer } = this.#parts;
    const telling = tracer
      .inSpan(dispatchSpan(delivery), (span) => this.#enqueueAndMark(delivery, span))
      .finally(() => this.#telling.delete(telling));
    this.#telling.add(telling);
    return await telling;
  }

  async #enqueueAndMark(due: DueDelivery, span: Span): Promise<boolean> {
    const { jobStore, queue, logger, enqueueTimeoutMs } = this.#parts;
    const { jobId, dispatch, priority } = due;
    const delivery = { jobId, dispatch, priority };
    try {
      const signal = AbortSignal.timeout(enqueueTimeoutMs);
      await unlessAborted(queue.enqueue(delivery, { signal }), signal);
    } catch (error) {
      span.fail(error);
      logger.warn({ err: error, ...factsOf(due) }, 'the queue could not be told of a job; the next sweep tells again');
      return false;
    }
    try {
      await jobStore.markDispatched(delivery);
      return true;
    } catch (error) {
      span.fail(error);
      logger.warn(
        { err: error, ...factsOf(due) },
        'it could not be noted that the queue knows a job; it is told again',
      );
      return false;
    }
  }
}

const factsOf = ({ jobId, tenant, correlationId, dispatch }: DueDelivery) => ({
  jobId,
  tenant,
  correlationId,
  dispatch,
});

const dispatchSpan = ({ jobId, tenant, dispatch, traceContext }: DueDelivery): SpanDescription => ({
  name: 'pubpipe.dispatch',
  kind: 'producer',
  parent: traceContext,
  attributes: { 'pubpipe.job.id': jobId, 'pubpipe.tenant': tenant, 'pubpipe.job.dispatch': dispatch },
});
