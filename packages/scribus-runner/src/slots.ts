import { cancelled, throwIfCancelled } from '@pubpipe/core/driver';

/** A fixed number of places, and a line in front of them: first come, first served. */
export class Slots {
  readonly count: number;
  readonly #line = new Set<() => void>();
  #taken = 0;

  constructor(count: number) {
    this.count = count;
  }

  /** Places that are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** How many wait for a place. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits for a free place, takes it, and returns the function that gives it back.
   *
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async take(signal: AbortSignal): Promise<() => void> {
    throwIfCancelled(signal);
    if (this.#taken === this.count) await this.#wait(signal);
    else this.#taken += 1;
    let mine = true;
    return () => {
      if (mine) this.#giveBack();
      mine = false;
    };
  }

  /** Resolves when somebody hands their place over: it stays taken, so that no newcomer gets between. */
  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#line.delete(go);
        reject(cancelled(signal));
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#line.add(go);
    });
  }

  #giveBack(): void {
    const [next] = this.#line;
    if (next === undefined) {
      this.#taken -= 1;
    } else {
      this.#line.delete(next);
      next();
    }
  }
}
