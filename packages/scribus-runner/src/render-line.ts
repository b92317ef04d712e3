import { PubpipeError } from '@pubpipe/core/driver';
import { timedOut } from './render-failures.ts';
import type { ResolvedScribusRendererOptions } from './scribus-renderer-options.ts';
import { Slots } from './slots.ts';
import { withinTime } from './within-time.ts';
import { WorkerStates } from './worker-states.ts';

/** The place of a render: first among those that are rendered, then among those that are checked. */
export interface RenderPlace {
  /** Says that its Scribus runs. */
  readonly runs: () => void;
  /** As `onRendered` of the render's context. */
  readonly rendered: (signal: AbortSignal) => Promise<void>;
}

/** Where renders wait for their place: as many as may wait, and as long as they may. */
export class RenderLine {
  readonly #limits: ResolvedScribusRendererOptions['limits'];
  readonly #rendered: Slots;
  /** What is checked needs no Scribus: meanwhile the next are rendered, and no more wait than could be checked at once. */
  readonly #checked: Slots;
  /** Reading documents is bounded too: a thousand waiting renders must not hold a thousand files open. */
  readonly #inspected: Slots;
  readonly #workers: WorkerStates;

  constructor({ slots, limits, metrics }: Pick<ResolvedScribusRendererOptions, 'slots' | 'limits' | 'metrics'>) {
    this.#limits = limits;
    this.#rendered = new Slots(slots);
    this.#checked = new Slots(slots);
    this.#inspected = new Slots(slots);
    this.#workers = new WorkerStates(slots, metrics);
  }

  /** How many can be rendered at once. */
  get slots(): number {
    return this.#rendered.count;
  }

  /** How many are being rendered. */
  get busy(): number {
    return this.#rendered.taken;
  }

  /**
   * Whoever waits to be inspected waits too: only as many are let in as may wait, and as there is room for.
   *
   * @throws PubpipeError `QUEUE_FULL`.
   */
  refuseIfFull(): void {
    const free = this.slots - this.busy;
    if (this.#rendered.waiting + this.#inspected.waiting >= this.#limits.waiting + free) throw this.#full();
  }

  /**
   * Renders something when there is a place for it.
   *
   * @throws PubpipeError `QUEUE_FULL`, or `RENDER_TIMEOUT` when it waits too long.
   */
  async withPlace<Result>(signal: AbortSignal, work: (place: RenderPlace) => Promise<Result>): Promise<Result> {
    if (this.busy === this.slots && this.#rendered.waiting >= this.#limits.waiting) throw this.#full();
    const giveBack = await this.#waitIn(this.#rendered, signal);
    const worker = this.#workers.take();
    let leave = () => {
      worker.leave();
      giveBack();
    };
    const rendered = async (within: AbortSignal) => {
      const leaveChecks = await this.#checked.take(within);
      leave();
      leave = leaveChecks;
    };
    try {
      return await work({ runs: () => worker.runs(), rendered });
    } finally {
      leave();
    }
  }

  /** Does something else that takes the place of a render, however long it waits for it. */
  async betweenRenders<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const giveBack = await this.#rendered.take(signal);
    const worker = this.#workers.take();
    try {
      return await work();
    } finally {
      worker.leave();
      giveBack();
    }
  }

  /**
   * Looks at a document before it has a place.
   *
   * @throws PubpipeError `RENDER_TIMEOUT` when it waits too long.
   */
  async whileInspecting<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const giveBack = await this.#waitIn(this.#inspected, signal);
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  /** Nothing counts any more. */
  close(): void {
    this.#workers.close();
  }

  async #waitIn(line: Slots, signal: AbortSignal): Promise<() => void> {
    const { waitMs } = this.#limits;
    const missed = { stage: 'waiting', timeoutMs: waitMs, of: 'stage' } as const;
    const bound = { signal, timeoutMs: waitMs, missed: () => timedOut(missed, '') };
    return await withinTime(bound, (patience) => line.take(patience));
  }

  #full(): PubpipeError {
    const { waiting } = this.#limits;
    return new PubpipeError('QUEUE_FULL', `${waiting} renders wait for a place already.`, { details: { waiting } });
  }
}
