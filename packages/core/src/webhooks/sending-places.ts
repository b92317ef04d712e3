/** Whose place it is. */
export interface PlaceOwner {
  readonly id: string;
  readonly tenant: string;
  readonly failingSince?: number | undefined;
}

/** How many attempts may be under way at once. */
export interface PlaceBounds {
  readonly concurrency: number;
  readonly perEndpoint: number;
}

/**
 * Who may send at the moment. So that nobody who is slow holds up the others: an endpoint whose last attempt failed has one
 * place, all of those together have half of the places, and a tenant has a quarter of them, rounded up.
 */
export class SendingPlaces {
  readonly #bounds: PlaceBounds;
  readonly #ofEndpoint = new Map<string, number>();
  readonly #ofTenant = new Map<string, number>();
  #ofFailing = 0;
  #all = 0;

  constructor(bounds: PlaceBounds) {
    this.#bounds = bounds;
  }

  /** Whether no one can have a place. */
  get areTaken(): boolean {
    return this.#all >= this.#bounds.concurrency;
  }

  /** How many more an endpoint may have now. */
  free({ id, tenant, failingSince }: PlaceOwner): number {
    const { concurrency, perEndpoint } = this.#bounds;
    const isFailing = failingSince !== undefined;
    const bounds = [
      concurrency - this.#all,
      Math.ceil(concurrency / 4) - (this.#ofTenant.get(tenant) ?? 0),
      (isFailing ? 1 : perEndpoint) - (this.#ofEndpoint.get(id) ?? 0),
      ...(isFailing ? [Math.ceil(concurrency / 2) - this.#ofFailing] : []),
    ];
    return Math.max(0, Math.min(...bounds));
  }

  /** Takes a place, and answers what gives it back. */
  take(owner: PlaceOwner): () => void {
    this.#count(owner, 1);
    return () => this.#count(owner, -1);
  }

  #count({ id, tenant, failingSince }: PlaceOwner, change: number): void {
    this.#all += change;
    if (failingSince !== undefined) this.#ofFailing += change;
    add(this.#ofEndpoint, id, change);
    add(this.#ofTenant, tenant, change);
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
