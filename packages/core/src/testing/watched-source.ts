/** What a {@link WatchedSource} does after its chunks. */
export type SourceEnd =
  /** Ends as a source should. */
  | { readonly kind: 'done' }
  /** Throws `error`. */
  | { readonly kind: 'fails'; readonly error: unknown }
  /** Never answers again, not even when it is told to end. */
  | { readonly kind: 'stalls' };

/** Options of {@link WatchedSource}. */
export interface WatchedSourceOptions {
  readonly chunks: Iterable<Uint8Array>;
  /** @defaultValue `{ kind: 'done' }` */
  readonly end?: SourceEnd | undefined;
  /** Called before each pull is answered, with its number from 1. */
  readonly onPull?: ((pull: number) => void) | undefined;
}

const never = new Promise<never>(() => {});

/** A source of content that remembers how it was treated. */
export class WatchedSource implements AsyncIterableIterator<Uint8Array> {
  readonly #chunks: Iterator<Uint8Array>;
  readonly #end: SourceEnd;
  readonly #onPull: (pull: number) => void;
  readonly #stalled = Promise.withResolvers<void>();
  #pulls = 0;
  #answering = 0;
  #mostAnswering = 0;
  #wasEnded = false;

  constructor({ chunks, end = { kind: 'done' }, onPull = () => {} }: WatchedSourceOptions) {
    this.#chunks = chunks[Symbol.iterator]();
    this.#end = end;
    this.#onPull = onPull;
  }

  /** How often it was asked for a chunk. */
  get pulls(): number {
    return this.#pulls;
  }

  /** Most pulls that waited for an answer at once. */
  get pullsAtOnce(): number {
    return this.#mostAnswering;
  }

  /** Whether it was told to end before it had ended. */
  get wasEnded(): boolean {
    return this.#wasEnded;
  }

  /** Resolves when it has begun to stall. */
  get stalled(): Promise<void> {
    return this.#stalled.promise;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    this.#pulls += 1;
    this.#answering += 1;
    this.#mostAnswering = Math.max(this.#mostAnswering, this.#answering);
    // An answer takes a turn of the event loop, so that a second pull would be seen.
    await new Promise((resolve) => setImmediate(resolve));
    this.#onPull(this.#pulls);
    const chunk = this.#chunks.next();
    if (chunk.done === true && this.#end.kind === 'stalls') {
      this.#stalled.resolve();
      return await never;
    }
    this.#answering -= 1;
    if (chunk.done === true && this.#end.kind === 'fails') throw this.#end.error;
    return chunk;
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#wasEnded = true;
    if (this.#end.kind === 'stalls') return await never;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
