import pLimit, { type LimitFunction } from 'p-limit';

/** A place at the renderer. Freeing it twice is harmless. */
export interface RenderSlot {
  free(): void;
}

/** The places at a renderer, given out in the order in which they were asked for. */
export class RenderSlots {
  readonly #limit: LimitFunction;

  constructor(count: number) {
    this.#limit = pLimit(count);
  }

  /** Waits for a place. */
  take(): Promise<RenderSlot> {
    return new Promise((taken) => {
      void this.#limit(() => new Promise<void>((free) => taken({ free })));
    });
  }
}
