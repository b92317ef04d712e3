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

/** Attempts under way. */
interface Taken {
  all: number;
  /** At endpoints whose last attempt failed. */
  failing: number;
}

/**
 * Who may send at the moment. So that nobody who is slow holds up the others, a tenant has a quarter of the places, rounded
 * up; an endpoint whose last attempt failed has one, and all of those together have half of what there is, of all
 * places and of each tenant's.
 */
export class SendingPlaces {
  readonly #bounds: PlaceBounds;
  readonly #ofEndpoint = new Map<string, Taken>();
  readonly #ofTenant = new Map<string, Taken>();
  readonly #ofAll: Taken = { all: 0, failing: 0 };

  constructor(bounds: PlaceBounds) {
    this.#bounds = bounds;
  }

  /** Whether no one can have a place. */
  get areTaken(): boolean {
    return this.#ofAll.all >= this.#bounds.concurrency;
  }

  /** How many more an endpoint may have now. */
  free({ id, tenant, failingSince }: PlaceOwner): number {
    const { concurrency, perEndpoint } = this.#bounds;
    const isFailing = failingSince !== undefined;
    const atEndpoint = (isFailing ? 1 : perEndpoint) - (this.#ofEndpoint.get(id)?.all ?? 0);
    const ofTenant = left(this.#ofTenant.get(tenant), Math.ceil(concurrency / 4), isFailing);
    return Math.max(0, Math.min(atEndpoint, ofTenant, left(this.#ofAll, concurrency, isFailing)));
  }

  /** Takes a place, and answers what gives it back. */
  take(owner: PlaceOwner): () => void {
    this.#count(owner, 1);
    return () => this.#count(owner, -1);
  }

  #count({ id, tenant, failingSince }: PlaceOwner, change: number): void {
    const failing = failingSince === undefined ? 0 : change;
    this.#ofAll.all += change;
    this.#ofAll.failing += failing;
    add(this.#ofEndpoint, id, { all: change, failing });
    add(this.#ofTenant, tenant, { all: change, failing });
  }
}

function left(taken: Taken | undefined, most: number, isFailing: boolean): number {
  const { all, failing } = taken ?? { all: 0, failing: 0 };
  return isFailing ? Math.min(most - all, Math.ceil(most / 2) - failing) : most - all;
}

function add(counts: Map<string, Taken>, key: string, change: Taken): void {
  const taken = counts.get(key) ?? { all: 0, failing: 0 };
  const sum = { all: taken.all + change.all, failing: taken.failing + change.failing };
  if (sum.all === 0) counts.delete(key);
  else counts.set(key, sum);
}
