import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { cancelled } from '../errors/pubpipe-error.ts';

/** How far {@link BackgroundUploads} are. Bytes are declared sizes. */
export interface UploadProgress {
  readonly uploadsStarted: number;
  readonly uploadsDone: number;
  readonly bytesStarted: number;
  readonly bytesDone: number;
}

/** Options of {@link BackgroundUploads}. */
export interface BackgroundUploadsOptions {
  /** Uploads that may be under way at once. @defaultValue 4 */
  readonly maxUploads?: number | undefined;
  /** Declared bytes that may be under way at once; a larger upload goes alone. @defaultValue 268_435_456 (256 MiB) */
  readonly maxBytesInFlight?: number | undefined;
  /** Aborts all uploads. */
  readonly signal?: AbortSignal | undefined;
  /** Called when an upload begins and when it is done. What it throws counts as a failure. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  /** Called once, with the first failure, as soon as it is known. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

interface Waiting {
  readonly byteSize: number;
  readonly begin: () => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * Uploads that go on while their producer does: `start` one, go on, and await `all` in the end.
 *
 * They are bounded in number and in bytes, and begin in the order in which they were started. The
 * first failure aborts the rest.
 */
export class BackgroundUploads<Result> {
  readonly #options: BackgroundUploadsOptions;
  readonly #maxUploads: number;
  readonly #maxBytes: number;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #results: Promise<Result>[] = [];
  readonly #waiting: Waiting[] = [];
  #failure: { readonly error: unknown } | undefined;
  #underWay = 0;
  #bytesUnderWay = 0;
  #progress: UploadProgress = { uploadsStarted: 0, uploadsDone: 0, bytesStarted: 0, bytesDone: 0 };

  /** @throws PubpipeError `INVALID_INPUT` when a bound is not a whole number from 1. */
  constructor(options: BackgroundUploadsOptions = {}) {
    const { maxUploads = 4, maxBytesInFlight = 268_435_456, signal } = options;
    checkWholeNumbers({ maxUploads, maxBytesInFlight }, { least: 1 });
    this.#options = options;
    this.#maxUploads = maxUploads;
    this.#maxBytes = maxBytesInFlight;
    this.#signal = signal === undefined ? this.#abort.signal : AbortSignal.any([signal, this.#abort.signal]);
    this.#signal.addEventListener('abort', () => this.#refuseWaiting(), { once: true });
  }

  /**
   * Begins `upload` as soon as there is room, and resolves then: a producer that awaits it is slowed
   * down to the pace of the uploads. What the upload rejects with is reported by `all`.
   *
   * @throws PubpipeError `INVALID_INPUT` when `byteSize` is not a whole number from 0.
   * @throws PubpipeError `CANCELLED`, or the first failure, when the uploads were aborted before it could begin.
   */
  async start(byteSize: number, upload: (signal: AbortSignal) => Promise<Result>): Promise<void> {
    checkWholeNumbers({ byteSize }, { least: 0 });
    const begun = Promise.withResolvers<void>();
    const result = begun.promise.then(() => this.#run(byteSize, upload));
    // `all` reports it; until that is called it must not count as unhandled.
    result.catch(() => undefined);
    this.#results.push(result);
    this.#waiting.push({ byteSize, begin: begun.resolve, refuse: begun.reject });
    if (this.#signal.aborted) this.#refuseWaiting();
    else this.#beginNext();
    await begun.promise;
  }

  /** Waits until none is under way, and returns the results in the order of `start`, or rejects with the first failure. */
  async all(): Promise<Result[]> {
    await Promise.allSettled(this.#results);
    if (this.#signal.aborted) throw this.#reason();
    return await Promise.all(this.#results);
  }

  async #run(byteSize: number, upload: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    try {
      this.#tell({ uploadsStarted: 1, bytesStarted: byteSize });
      const result = await upload(this.#signal);
      this.#tell({ uploadsDone: 1, bytesDone: byteSize });
      return result;
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#underWay -= 1;
      this.#bytesUnderWay -= byteSize;
      this.#beginNext();
    }
  }

  #beginNext(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#hasRoom(next.byteSize); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#underWay += 1;
      this.#bytesUnderWay += next.byteSize;
      next.begin();
    }
  }

  #hasRoom(byteSize: number): boolean {
    if (this.#underWay === 0) return true;
    return this.#underWay < this.#maxUploads && this.#bytesUnderWay + byteSize <= this.#maxBytes;
  }

  #tell(change: Partial<UploadProgress>): void {
    const add = (name: keyof UploadProgress): number => this.#progress[name] + (change[name] ?? 0);
    this.#progress = {
      uploadsStarted: add('uploadsStarted'),
      uploadsDone: add('uploadsDone'),
      bytesStarted: add('bytesStarted'),
      bytesDone: add('bytesDone'),
    };
    this.#options.onProgress?.(this.#progress);
  }

  #fail(error: unknown): void {
    if (this.#signal.aborted) return;
    this.#failure = { error };
    this.#abort.abort(error);
    this.#options.onFailure?.(error);
  }

  #refuseWaiting(): void {
    const reason = this.#reason();
    for (const { refuse } of this.#waiting.splice(0)) refuse(reason);
  }

  /** Why the uploads were aborted: the first failure as it was thrown, or the caller's reason. */
  #reason(): unknown {
    return this.#failure === undefined ? cancelled(this.#signal) : this.#failure.error;
  }
}
