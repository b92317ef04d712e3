import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { GetOptions } from '../ports/artifact-store.ts';
import { ContentMeter, checkSha256 } from './content-meter.ts';

/** The bytes of an artifact, once, as a store's driver hands them out. */
type Body = AsyncIterableIterator<Uint8Array, undefined>;

/** Passes a body on and, at its end, rejects with `CONTENT_MISMATCH` if it was not what was expected. */
export class VerifiedBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #body: Body;
  #meter: ContentMeter | undefined;

  private constructor(body: Body, meter: ContentMeter) {
    this.#body = body;
    this.#meter = meter;
  }

  /**
   * What measures the read that these options ask for; undefined when it is not to be verified.
   *
   * @throws PubpipeError `INVALID_INPUT` when the digest is none, or a range is asked for as well.
   */
  static meterFor({ range, verify }: Pick<GetOptions, 'range' | 'verify'>): ContentMeter | undefined {
    if (verify === undefined) return undefined;
    // Callers without types may leave the digest out: that must not mean "any".
    checkSha256(verify.sha256);
    if (range === undefined) return new ContentMeter(verify);
    throw new PubpipeError('INVALID_INPUT', 'A digest is of the whole artifact: verify can’t go with a range.');
  }

  /** `body` as it is without a meter, verified with one. */
  static wrap(body: Body, meter: ContentMeter | undefined): Body {
    return meter === undefined ? body : new VerifiedBody(body, meter);
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const result = await this.#body.next();
    const meter = this.#meter;
    if (result.done !== true) meter?.add(result.value);
    else {
      this.#meter = undefined;
      meter?.finish();
    }
    return result;
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    // Who leaves early has not been promised anything of the rest.
    this.#meter = undefined;
    return (await this.#body.return?.()) ?? { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
