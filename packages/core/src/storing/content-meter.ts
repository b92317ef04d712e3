import { createHash } from 'node:crypto';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { ExpectedContent } from '../ports/artifact-store.ts';

const sha256Form = /^[0-9a-f]{64}$/;

/** @throws PubpipeError `INVALID_INPUT` when `value` is not 64 lower-case hexadecimal digits. */
export function checkSha256(value: unknown): void {
  if (typeof value === 'string' && sha256Form.test(value)) return;
  throw new PubpipeError('INVALID_INPUT', 'The expected SHA-256 must be 64 lower-case hexadecimal digits.');
}

/** Length and digest of content that has passed. */
export interface MeasuredContent {
  /** Length in bytes. */
  readonly byteSize: number;
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
}

/** Counts and digests content in flight and compares it with what was expected of it. */
export class ContentMeter {
  readonly #expected: ExpectedContent;
  readonly #hash = createHash('sha256');
  #byteSize = 0;

  /** @throws PubpipeError `INVALID_INPUT` when `expected` can't be true of any content. */
  constructor(expected: ExpectedContent = {}) {
    const { byteSize, sha256 } = expected;
    if (byteSize !== undefined && !(Number.isSafeInteger(byteSize) && byteSize >= 0)) {
      throw new PubpipeError('INVALID_INPUT', 'The expected length must be a whole number of bytes, 0 or more.');
    }
    if (sha256 !== undefined) checkSha256(sha256);
    this.#expected = { byteSize, sha256 };
  }

  /** Bytes so far. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /**
   * Takes the next bytes into account.
   *
   * @throws PubpipeError `CONTENT_MISMATCH` as soon as there are more bytes than expected.
   */
  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#byteSize += chunk.byteLength;
    const { byteSize } = this.#expected;
    if (byteSize !== undefined && this.#byteSize > byteSize) {
      throw new PubpipeError('CONTENT_MISMATCH', `The content is longer than the ${byteSize} bytes expected.`, {
        details: { expectedByteSize: byteSize },
      });
    }
  }

  /**
   * Says what has passed. Called once, after the last byte.
   *
   * @throws PubpipeError `CONTENT_MISMATCH` when it is not what was expected.
   */
  finish(): MeasuredContent {
    const measured = { byteSize: this.#byteSize, sha256: this.#hash.digest('hex') };
    const { byteSize = measured.byteSize, sha256 = measured.sha256 } = this.#expected;
    if (measured.byteSize !== byteSize || measured.sha256 !== sha256) {
      throw new PubpipeError('CONTENT_MISMATCH', 'The content is not what was expected: it was cut or changed.', {
        details: { ...measured, expectedByteSize: byteSize, expectedSha256: sha256 },
      });
    }
    return measured;
  }
}
