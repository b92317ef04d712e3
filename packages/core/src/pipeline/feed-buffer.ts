import type { FeedEntry, FeedPage, FeedScope } from '../ports/event-feed.ts';

/** Whose events a subscriber wants, or those of which job. */
export type BufferScope = FeedScope | { readonly tenant: string; readonly jobId: string };

/** What a reader of the feed has for one subscriber that has not taken it yet. Never more than `capacity` entries. */
export class FeedBuffer {
  readonly #scope: BufferScope;
  readonly #capacity: number;
  readonly #onChange: () => void;
  #entries: FeedEntry[] = [];
  #hasOverflowed = false;
  #position = 0;

  /** `onChange` is called when there may be something to take. */
  constructor(options: { readonly scope: BufferScope; readonly capacity: number; readonly onChange: () => void }) {
    this.#scope = options.scope;
    this.#capacity = options.capacity;
    this.#onChange = options.onChange;
  }

  /** Whether entries are missing, as when the subscriber was too slow: it has to read from the store. */
  get hasOverflowed(): boolean {
    return this.#hasOverflowed;
  }

  /** Adds what of a page is for the subscriber. */
  add({ entries, position }: FeedPage): void {
    if (this.#hasOverflowed) return;
    const added = entries.filter((entry) => this.#isFor(entry));
    this.#position = position;
    // A reset is the reader's: only the store can say whether the subscriber misses anything.
    const isReset = entries.some(({ type }) => type === 'reset');
    if (isReset || this.#entries.length + added.length > this.#capacity) {
      this.#hasOverflowed = true;
      this.#entries = [];
    } else {
      this.#entries.push(...added);
    }
    if (added.length > 0) this.#onChange();
  }

  /** Takes all entries, and up to where the subscriber then has everything. */
  take(): { readonly entries: readonly FeedEntry[]; readonly position: number } {
    const entries = this.#entries;
    this.#entries = [];
    return { entries, position: this.#position };
  }

  #isFor(entry: FeedEntry): boolean {
    const scope = this.#scope;
    if (scope === 'all-tenants' || entry.type === 'reset') return true;
    return entry.tenant === scope.tenant && (!('jobId' in scope) || entry.jobId === scope.jobId);
  }
}
