import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { ByteRange } from '../ports/artifact-store.ts';

/** The bytes of an artifact that a read yields. */
export interface ByteSpan {
  /** First byte, from 0. */
  readonly start: number;
  /** Number of bytes. */
  readonly contentLength: number;
}

/** @throws PubpipeError `INVALID_INPUT` when `range` is not one of whole numbers in ascending order. */
export function checkByteRange(range: ByteRange | undefined): void {
  if (range === undefined) return;
  const { start, end = start } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start) return;
  throw new PubpipeError('INVALID_INPUT', 'A range needs whole numbers with 0 ≤ start ≤ end.', {
    details: { start, end },
  });
}

/**
 * The bytes that `range` means in an artifact of `byteSize` bytes; all of them without a range.
 *
 * @throws PubpipeError `RANGE_NOT_SATISFIABLE` when the range begins past the end.
 */
export function toByteSpan(range: ByteRange | undefined, byteSize: number): ByteSpan {
  if (range === undefined) return { start: 0, contentLength: byteSize };
  const { start, end = byteSize - 1 } = range;
  if (start >= byteSize) {
    throw new PubpipeError('RANGE_NOT_SATISFIABLE', `The range begins past the end of ${byteSize} bytes.`, {
      details: { start, byteSize },
    });
  }
  return { start, contentLength: Math.min(end, byteSize - 1) - start + 1 };
}
