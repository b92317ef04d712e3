import type { RenderProgress, RenderStage } from '@pubpipe/core/driver';

/** Knows in which stage a render is, how long it spent in each, and tells a listener of every step. */
export class StageClock {
  readonly #spentMs = new Map<RenderStage, number>();
  readonly #listener: ((progress: RenderProgress) => void) | undefined;
  #progress: RenderProgress = { stage: 'waiting' };
  #enteredAt = performance.now();

  constructor(listener: ((progress: RenderProgress) => void) | undefined) {
    this.#listener = listener;
  }

  /** The stage under way. */
  get stage(): RenderStage {
    return this.#progress.stage;
  }

  /** Ends the stage under way and begins `stage`. Throws what the listener throws. */
  enter(stage: RenderStage): void {
    this.#book();
    this.tell({ stage });
  }

  /** Adds facts to what is known and tells the listener. Throws what the listener throws. */
  tell(facts: Partial<RenderProgress>): void {
    this.#progress = { ...this.#progress, ...facts };
    this.#listener?.(this.#progress);
  }

  /** Milliseconds spent in each stage so far. */
  spentMs(): Readonly<Partial<Record<RenderStage, number>>> {
    this.#book();
    return Object.fromEntries(this.#spentMs);
  }

  #book(): void {
    const now = performance.now();
    const before = this.#spentMs.get(this.stage) ?? 0;
    this.#spentMs.set(this.stage, before + now - this.#enteredAt);
    this.#enteredAt = now;
  }
}
