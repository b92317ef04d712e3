import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { ResolvedHttpOptions } from './http-options.ts';

/** Answers that stay open: counted, so that they have a bound. */
export class Streams {
  readonly #limits: Pick<ResolvedHttpOptions['limits'], 'maxStreams' | 'maxStreamsPerTenant'>;
  readonly #byTenant = new Map<string, number>();
  #count = 0;

  constructor(limits: Pick<ResolvedHttpOptions['limits'], 'maxStreams' | 'maxStreamsPerTenant'>) {
    this.#limits = limits;
  }

  /**
   * Takes a place, which the answer gives back. Giving it back again does nothing.
   *
   * @throws PubpipeError `TOO_MANY_STREAMS` when there is none.
   */
  enter(tenant: string): () => void {
    const ofTenant = this.#byTenant.get(tenant) ?? 0;
    if (this.#count >= this.#limits.maxStreams || ofTenant >= this.#limits.maxStreamsPerTenant) {
      throw new PubpipeError('TOO_MANY_STREAMS', 'Too many event streams and waiting requests are open.');
    }
    this.#count += 1;
    this.#byTenant.set(tenant, ofTenant + 1);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#leave(tenant);
    };
  }

  #leave(tenant: string): void {
    this.#count -= 1;
    const left = (this.#byTenant.get(tenant) ?? 1) - 1;
    if (left === 0) this.#byTenant.delete(tenant);
    else this.#byTenant.set(tenant, left);
  }
}
