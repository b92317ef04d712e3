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
   * @throws PubpipeError `TOO_MANY_STREAMS` when the tenant has all that are for it.
   * @throws PubpipeError `SERVER_BUSY` when there is none for anybody.
   */
  enter(tenant: string): () => void {
    const ofTenant = this.#byTenant.get(tenant) ?? 0;
    const { maxStreams, maxStreamsPerTenant } = this.#limits;
    if (ofTenant >= maxStreamsPerTenant) {
      throw new PubpipeError('TOO_MANY_STREAMS', 'Close some of your event streams and waiting requests first.', {
        details: { maxStreamsPerTenant },
      });
    }
    if (this.#count >= maxStreams) {
      throw new PubpipeError('SERVER_BUSY', 'The server has no place for another event stream or waiting request.');
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
