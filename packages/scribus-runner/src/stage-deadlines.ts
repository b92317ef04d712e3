import type { RenderStage } from '@pubpipe/core/driver';
import type { RenderLimits } from './options/render-limits.ts';

/** Which stage ran out of time, or the whole render while in that stage. */
export interface MissedDeadline {
  readonly stage: RenderStage;
  readonly timeoutMs: number;
  /** Whether it was the stage's own time or that of the whole render. */
  readonly of: 'stage' | 'render';
}

/** Watches the time of a render as a whole and of each of its stages. */
export class StageDeadlines {
  readonly #byStage: Readonly<Partial<Record<RenderStage, number>>>;
  readonly #onMissed: (missed: MissedDeadline) => void;
  readonly #whole: NodeJS.Timeout;
  #stage: RenderStage = 'starting';
  #own: NodeJS.Timeout | undefined;

  /** Begins to count the whole render, whose time is `totalMs`. */
  constructor(
    { startMs, openMs, exportMs }: RenderLimits,
    totalMs: number,
    onMissed: (missed: MissedDeadline) => void,
  ) {
    this.#byStage = { starting: startMs, opening: openMs, exporting: exportMs };
    this.#onMissed = onMissed;
    this.#whole = setTimeout(() => onMissed({ stage: this.#stage, timeoutMs: totalMs, of: 'render' }), totalMs);
  }

  /** Ends the time of the stage under way and begins that of `stage`. */
  enter(stage: RenderStage): void {
    clearTimeout(this.#own);
    this.#stage = stage;
    const timeoutMs = this.#byStage[stage];
    if (timeoutMs === undefined) return;
    this.#own = setTimeout(() => this.#onMissed({ stage, timeoutMs, of: 'stage' }), timeoutMs);
  }

  /** Stops counting. */
  stop(): void {
    clearTimeout(this.#own);
    clearTimeout(this.#whole);
  }
}
