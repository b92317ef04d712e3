import type { RendererMetrics, RendererWorkerState } from '@pubpipe/core/driver';

/** A place that was taken. */
export interface TakenPlace {
  /** Says that its Scribus runs. */
  runs(): void;
  /** Says that it is free again. */
  leave(): void;
}

/** Tells the metrics how many places are in which state. */
export class WorkerStates {
  readonly #metrics: RendererMetrics;
  readonly #places: Record<RendererWorkerState, number>;

  constructor(slots: number, metrics: RendererMetrics) {
    this.#metrics = metrics;
    this.#places = { idle: slots, starting: 0, busy: 0 };
    this.#tell();
  }

  /** Says that a place was taken, for which a Scribus is being started. */
  take(): TakenPlace {
    let state: RendererWorkerState = 'idle';
    const enter = (next: RendererWorkerState): void => {
      this.#places[state] -= 1;
      this.#places[next] += 1;
      state = next;
      this.#tell();
    };
    enter('starting');
    return { runs: () => enter('busy'), leave: () => enter('idle') };
  }

  /** Says that there are no places any more. */
  close(): void {
    this.#places.idle = 0;
    this.#tell();
  }

  #tell(): void {
    this.#metrics.rendererWorkers({ ...this.#places });
  }
}
