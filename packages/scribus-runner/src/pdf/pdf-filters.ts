import { inflateSync } from 'node:zlib';
import { PdfFault } from './pdf-fault.ts';
import { isArray, isDictionary, nameOf, type PdfValue } from './pdf-value.ts';

/**
 * Unpacks a stream that says how objects are laid out: those are packed with deflate, once, or not at all.
 * Any other packing, and packing in packing, is refused. Throws a {@link PdfFault}.
 */
export function unpackStream(bytes: Buffer, value: (key: string) => PdfValue, maxBytes: number): Buffer {
  const filter = only(value('Filter'));
  if (filter === null) return bytes;
  if (nameOf(filter) !== 'FlateDecode') throw new PdfFault('a stream is packed in an unusual way');
  const unpacked = inflate(bytes, maxBytes);
  const parameters = only(value('DecodeParms'));
  if (!isDictionary(parameters)) return unpacked;
  const number = (key: string, fallback: number) => {
    const found = parameters.get(key) ?? fallback;
    return typeof found === 'number' ? found : Number.NaN;
  };
  if (number('Predictor', 1) === 1) return unpacked;
  if (number('Predictor', 1) < 10 || number('Colors', 1) !== 1 || number('BitsPerComponent', 8) !== 8) {
    throw new PdfFault('a stream is packed in an unusual way');
  }
  return undoPrediction(unpacked, number('Columns', 1));
}

/** The beginning of a packed stream, at most `length` bytes of it. */
export function unpackBeginning(packed: Buffer, length: number): Buffer {
  // `bytes` is cut off, so zlib must not wait for its end.
  return inflate(packed, packed.length * 1032 + 1024, true).subarray(0, length);
}

/** Unpacks a stream only to see that it can be, and returns its length; one of more than `maxBytes` may be damaged further on. */
export function tryUnpacking(packed: Buffer, maxBytes: number): number {
  try {
    return inflateSync(packed, { maxOutputLength: maxBytes }).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return maxBytes;
    throw new PdfFault('a stream can not be unpacked', { cause: error });
  }
}

function inflate(bytes: Buffer, maxOutputLength: number, cutOff = false): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength, ...(cutOff ? { finishFlush: 2 } : {}) });
  } catch (error) {
    throw new PdfFault('a stream can not be unpacked', { cause: error });
  }
}

function only(value: PdfValue): PdfValue {
  if (!isArray(value)) return value;
  if (value.length > 1) throw new PdfFault('a stream is packed in an unusual way');
  return value[0] ?? null;
}

/** Undoes PNG's filters of rows of bytes: https://www.w3.org/TR/png-3/#9Filters */
function undoPrediction(bytes: Buffer, columns: number): Buffer {
  if (!Number.isInteger(columns) || columns < 1 || columns > 64) throw new PdfFault('a stream has unusual rows');
  const rows = Math.floor(bytes.length / (columns + 1));
  const result = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const filter = bytes[row * (columns + 1)] ?? 0;
    for (let column = 0; column < columns; column += 1) {
      const at = row * columns + column;
      const left = column > 0 ? (result[at - 1] ?? 0) : 0;
      const up = row > 0 ? (result[at - columns] ?? 0) : 0;
      const corner = row > 0 && column > 0 ? (result[at - columns - 1] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      if (predicted === undefined) throw new PdfFault('a stream has unusual rows');
      result[at] = (bytes[row * (columns + 1) + 1 + column] ?? 0) + predicted;
    }
  }
  return result;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
