import type { FileHandle } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { cancelled } from '@pubpipe/core/driver';
import { ByteReader } from './byte-reader.ts';
import { checkImageSize, type ExpectedPageImage } from './image-size.ts';
import { mismatch } from './mismatch.ts';
import { openWrittenFile } from './open-written-file.ts';
import { PngFault, type PngHeader, readPngHeader, readPngImageData } from './png-chunks.ts';

interface Samples {
  /** Numbers of a pixel. */
  readonly count: number;
  /** How many bits each may have. */
  readonly bits: readonly number[];
}

// https://www.w3.org/TR/png-3/#table111
const samplesOf: ReadonlyMap<number, Samples> = new Map([
  [0, { count: 1, bits: [1, 2, 4, 8, 16] }],
  [2, { count: 3, bits: [8, 16] }],
  [3, { count: 1, bits: [1, 2, 4, 8] }],
  [4, { count: 2, bits: [8, 16] }],
  [6, { count: 4, bits: [8, 16] }],
]);
const lastFilter = 4;

/**
 * Reads a PNG from beginning to end, in bounded memory: structure, checksums, and as many pixels as its
 * header promises, in the size of the page.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged or of another size.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function checkPng(path: string, expected: ExpectedPageImage, signal: AbortSignal): Promise<void> {
  const file = await openWrittenFile(path);
  try {
    await checkOpenPng(file, expected, signal);
  } catch (error) {
    if (signal.aborted) throw cancelled(signal);
    if (error instanceof PngFault || isZlibError(error)) {
      throw mismatch(`The page image is damaged: ${error.message}.`, 'a whole PNG', error.message, error);
    }
    throw error;
  } finally {
    await file.close();
  }
}

async function checkOpenPng(file: FileHandle, expected: ExpectedPageImage, signal: AbortSignal): Promise<void> {
  const reader = new ByteReader(file);
  const header = await readPngHeader(reader);
  checkImageSize(header, expected);
  const rowBytes = rowBytesOf(header);
  const promised = header.heightPx * rowBytes;
  let byteCount = 0;
  let nextRow = 0;
  const counter = new Writable({
    write(piece: Buffer, _encoding, next) {
      for (; nextRow < byteCount + piece.length; nextRow += rowBytes) {
        if ((piece[nextRow - byteCount] ?? 0) > lastFilter)
          return next(new PngFault('it has a row that nobody can read'));
      }
      byteCount += piece.length;
      next(byteCount > promised ? new PngFault('it has more pixels than its header says') : null);
    },
  });
  let packedCount = 0;
  const packed = async function* () {
    for await (const piece of readPngImageData(reader, header)) {
      packedCount += piece.length;
      yield piece;
    }
  };
  const inflate = createInflate();
  await pipeline(Readable.from(packed()), inflate, counter, { signal });
  if (byteCount < promised) throw new PngFault('it has fewer pixels than its header says');
  if (inflate.bytesWritten !== packedCount) throw new PngFault('it has something behind its pixels');
}

/** Length of a row of pixels, unpacked: it begins with a byte that names its filter. */
function rowBytesOf({ widthPx, bitDepth, colourType, interlaced }: PngHeader): number {
  const samples = samplesOf.get(colourType);
  if (samples === undefined || interlaced || !samples.bits.includes(bitDepth)) {
    throw new PngFault('it is of a kind that Scribus does not write');
  }
  return 1 + Math.ceil((widthPx * bitDepth * samples.count) / 8);
}

const isZlibError = (error: unknown): error is NodeJS.ErrnoException =>
  (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
