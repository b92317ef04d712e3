import type { FileHandle } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { cancelled } from '@pubpipe/core';
import { ByteReader } from './byte-reader.ts';
import { checkImageSize, type ExpectedPageImage } from './image-size.ts';
import { mismatch } from './mismatch.ts';
import { openWrittenFile } from './open-written-file.ts';
import { PngFault, type PngHeader, readPngHeader, readPngImageData } from './png-chunks.ts';

const samplesOf: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);
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
  const promised = pixelBytes(header);
  let byteCount = 0;
  const counter = new Writable({
    write(piece: Buffer, _encoding, next) {
      byteCount += piece.length;
      next(byteCount > promised ? new PngFault('it has more pixels than its header says') : null);
    },
  });
  await pipeline(Readable.from(readPngImageData(reader)), createInflate(), counter, { signal });
  if (byteCount < promised) throw new PngFault('it has fewer pixels than its header says');
}

/** Length of the unpacked image data: each row begins with a byte that names its filter. */
function pixelBytes({ widthPx, heightPx, bitDepth, colourType, interlaced }: PngHeader): number {
  const samples = samplesOf.get(colourType);
  if (samples === undefined || interlaced) throw new PngFault('it is of a kind that Scribus does not write');
  return heightPx * (1 + Math.ceil((widthPx * bitDepth * samples) / 8));
}

const isZlibError = (error: unknown): error is NodeJS.ErrnoException =>
  (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
