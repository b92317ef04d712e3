/**
 * Calls those who have joined one after the other, one every `intervalMs`, however many they are. Whoever can't rely on
 * being told has a turn to look for itself so, and all together cost no more than one.
 */
export class RollCall {
  readonly #intervalMs: number;
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Calls `onTurn` whenever its turn has come, until the returned function is called. */
  join(onTurn: () => void): () => void {
    // One that is passed twice has two turns.
    const own = (): void => onTurn();
    this.#waiting.add(own);
    this.#timer ??= setInterval(() => this.#callNext(), this.#intervalMs).unref();
    return () => {
      this.#waiting.delete(own);
      if (this.#waiting.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #callNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#waiting.add(next);
    next();
  }
}
