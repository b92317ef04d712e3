import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';

const oneRange = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * The range that a `Range` header (RFC 9110, section 14) asks for, cut to what is there. Undefined, which means the
 * whole, for a header that is not understood: other units, several ranges, an end before its start.
 *
 * @throws PubpipeError `RANGE_NOT_SATISFIABLE` when nothing of it is there.
 */
export function parseRangeHeader(header: string | undefined, byteSize: number): Required<ByteRange> | undefined {
  const [, first, last] = oneRange.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  const isSuffix = first === '';
  if (!isSuffix && last !== '' && Number(last) < Number(first)) return undefined;
  const start = isSuffix ? Math.max(0, byteSize - Number(last)) : Number(first);
  const end = isSuffix || last === '' ? byteSize - 1 : Math.min(Number(last), byteSize - 1);
  if (start <= end) return { start, end };
  throw new PubpipeError('RANGE_NOT_SATISFIABLE', `The range is not within the ${byteSize} bytes that there are.`, {
    details: { byteSize },
  });
}
