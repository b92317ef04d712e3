import type { FileHandle } from 'node:fs/promises';
import { throwIfCancelled } from '@pubpipe/core/driver';
import { ByteReader } from './byte-reader.ts';
import { checkImageSize, type ExpectedPageImage } from './image-size.ts';
import { mismatch } from './mismatch.ts';
import { openWrittenFile } from './open-written-file.ts';

// https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B
const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const frameHeaders = new Set([0xc0, 0xc1, 0xc2]);
// Of kinds that hardly any viewer knows: without loss, in steps, or packed in another way; and a size that comes late.
const otherFrames = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xdc, 0xde]);
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
const pieceBytes = 64 * 1024;

/** Something is wrong with the file. */
class JpegFault extends Error {}

/**
 * Reads a JPEG from beginning to end, in bounded memory: every segment, the size of the page, and an end
 * where the file ends. The pixels are not unpacked.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is damaged or of another size.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function checkJpeg(path: string, expected: ExpectedPageImage, signal: AbortSignal): Promise<void> {
  const file = await openWrittenFile(path);
  try {
    await checkOpenJpeg(file, expected, signal);
  } catch (error) {
    if (!(error instanceof JpegFault)) throw error;
    throw mismatch(`The page image is damaged: ${error.message}.`, 'a whole JPEG', error.message, error);
  } finally {
    await file.close();
  }
}

async function checkOpenJpeg(file: FileHandle, expected: ExpectedPageImage, signal: AbortSignal): Promise<void> {
  const reader = new ByteReader(file);
  const start = await reader.take(2);
  if (start[0] !== 0xff || start[1] !== startOfImage) throw new JpegFault('it has no beginning');
  let missing: Set<number> | undefined;
  for (let marker = await nextMarker(reader); marker !== endOfImage; ) {
    throwIfCancelled(signal);
    const segment = await takeSegment(reader);
    if (frameHeaders.has(marker)) {
      if (missing !== undefined || segment.length < 6) throw new JpegFault('it has more than one frame');
      checkImageSize({ widthPx: segment.readUInt16BE(3), heightPx: segment.readUInt16BE(1) }, expected);
      missing = componentsOfFrame(segment);
    }
    if (otherFrames.has(marker)) throw new JpegFault('it is of a kind that Scribus does not write');
    if (marker === startOfScan) {
      if (missing === undefined) throw new JpegFault('it has pixels before their size');
      for (const component of componentsOfScan(segment)) missing.delete(component);
      marker = await passPixels(reader, signal);
    } else {
      marker = await nextMarker(reader);
    }
  }
  if (missing === undefined || missing.size > 0) throw new JpegFault('it has no pixels, or not in all of its colours');
  if ((await reader.take(1)).length > 0) throw new JpegFault('it goes on after its end');
}

/** Numbers of the colour components that a frame has. */
function componentsOfFrame(segment: Buffer): Set<number> {
  const count = segment[5] ?? 0;
  if (count === 0 || segment.length !== 6 + 3 * count) throw new JpegFault('its frame is damaged');
  return new Set(Array.from({ length: count }, (_, index) => segment[6 + 3 * index] ?? 0));
}

/** Those whose pixels a scan has. */
function componentsOfScan(segment: Buffer): readonly number[] {
  const count = segment[0] ?? 0;
  if (count === 0 || segment.length !== 4 + 2 * count) throw new JpegFault('a scan is damaged');
  return Array.from({ length: count }, (_, index) => segment[1 + 2 * index] ?? 0);
}

async function nextMarker(reader: ByteReader): Promise<number> {
  const [first, marker] = await reader.take(2);
  if (marker === undefined) throw new JpegFault('it ends too early');
  if (first !== 0xff || marker === 0 || marker === 0xff) throw new JpegFault('a segment is missing');
  return marker;
}

async function takeSegment(reader: ByteReader): Promise<Buffer> {
  const length = await reader.take(2);
  if (length.length < 2) throw new JpegFault('it ends too early');
  const wanted = length.readUInt16BE(0) - 2;
  if (wanted < 0) throw new JpegFault('a segment has no length');
  const segment = await reader.take(wanted);
  if (segment.length < wanted) throw new JpegFault('it ends too early');
  return segment;
}

/** Passes packed pixels and returns the marker behind them. */
async function passPixels(reader: ByteReader, signal: AbortSignal): Promise<number> {
  for (let isFirst = true; ; isFirst = false) {
    throwIfCancelled(signal);
    const piece = await reader.take(pieceBytes);
    const found = findMarker(piece);
    if (isFirst && found === 0) throw new JpegFault('a scan has no pixels');
    if (found === undefined) {
      if (piece.length < pieceBytes) throw new JpegFault('it ends too early');
      // Its last byte may be the first of a marker.
      if (piece.at(-1) === 0xff) reader.giveBack(piece.subarray(-1));
      continue;
    }
    reader.giveBack(piece.subarray(found + 2));
    return piece[found + 1] ?? 0;
  }
}

/** Index of the first marker that ends the pixels. 0 behind 0xff stands for the byte 0xff itself. */
function findMarker(piece: Buffer): number | undefined {
  for (let at = piece.indexOf(0xff); at !== -1 && at + 1 < piece.length; at = piece.indexOf(0xff, at + 2)) {
    const marker = piece[at + 1] ?? 0;
    if (marker !== 0 && !isRestart(marker)) return at;
  }
  return undefined;
}
