import type { Clock } from '../../ports/clock.ts';
import type { RenderProgress } from '../../ports/renderer.ts';

/** Between two entries of the history, and how many of them a merge makes at most. */
const leastMs = 1_000;
const mostEntries = 200;

/** Tells how far a merge is: not of each record, since there may be a million. */
export class MergeProgress {
  readonly #clock: Clock;
  readonly #report: (progress: RenderProgress) => void;
  readonly #total: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #told = 0;

  constructor(clock: Clock, total: number, report: (progress: RenderProgress) => void) {
    this.#clock = clock;
    this.#total = total;
    this.#report = report;
  }

  /** Tells it if there is enough to tell. */
  update({ rendered, failed }: { readonly rendered: number; readonly failed: number }): void {
    const now = this.#clock.monotonicNow();
    const done = rendered + failed;
    const isLittle = done - this.#told < this.#total / mostEntries || now - this.#toldAt < leastMs;
    if (isLittle && this.#toldAt > 0) return;
    [this.#toldAt, this.#told] = [now, done];
    const counts = { recordsDone: rendered, recordsFailed: failed, recordsTotal: this.#total };
    this.#report({ stage: 'exporting', ...counts });
  }
}
