import type { JobStore } from '@pubpipe/core';

/** The parts of a job's way, in their order. Each begins where the one before ends. */
export const stages = ['submit', 'delivery', 'claim', 'files', 'complete', 'told'] as const;

type Stage = (typeof stages)[number];

/** Notes when the job store is called and answers, while one job after the other goes its way. */
export class StageClock {
  readonly #marks = new Map<Stage, number>();
  readonly #durationsMs = new Map<Stage, number[]>(stages.map((stage) => [stage, []]));

  /** A job store that is watched. */
  watch(store: JobStore): JobStore {
    return {
      ...store,
      submit: (...args) => this.#around(store.submit(...args), undefined, 'submit'),
      claim: (...args) => this.#around(store.claim(...args), 'delivery', 'claim'),
      complete: (...args) => this.#around(store.complete(...args), 'files', 'complete'),
    };
  }

  /** The one job under way, begun at this time, has been told to its caller. */
  jobTold(beganAt: number): void {
    this.#marks.set('told', performance.now());
    let from = beganAt;
    for (const stage of stages) {
      const until = this.#marks.get(stage) ?? Number.NaN;
      this.#durationsMs.get(stage)?.push(until - from);
      from = until;
    }
  }

  /** What each stage took, by job. */
  durationsMs(stage: Stage): readonly number[] {
    return this.#durationsMs.get(stage) ?? [];
  }

  async #around<T>(call: Promise<T>, before: Stage | undefined, stage: Stage): Promise<T> {
    if (before !== undefined) this.#marks.set(before, performance.now());
    const result = await call;
    this.#marks.set(stage, performance.now());
    return result;
  }
}
