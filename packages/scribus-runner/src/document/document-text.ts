import { createReadStream } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { PubpipeError, throwIfCancelled } from '@pubpipe/core/driver';
import { unsafeDocument } from './screening/unsafe-document.ts';

const gzipMagic = [0x1f, 0x8b];
// Documents pack to a twentieth, or to a hundredth where they repeat themselves; a bomb to a thousandth. Short ones may do what they like.
const maxRatio = 200;
const ratioCountsFromBytes = 16 * 1024 * 1024;
// As long as a piece of a file.
const sliceLength = 64 * 1024;

/**
 * Reads a document as text, unpacked, piece by piece. Invalid UTF-8 becomes replacement characters,
 * as in Scribus.
 *
 * @throws PubpipeError `DOCUMENT_TRUNCATED`, `DOCUMENT_UNREADABLE` when the packing is damaged, or is not
 * what the name says, or there is more than `maxBytes`.
 * @throws PubpipeError `UNSAFE_DOCUMENT` when it is packed as only bombs are.
 */
export async function* readDocumentText(
  path: string,
  options: { readonly packed: boolean; readonly maxBytes: number; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let byteCount = 0;
  for await (const piece of options.packed ? unpack(path, options.signal) : readPlain(path, options.signal)) {
    byteCount += piece.byteLength;
    if (byteCount > options.maxBytes) throw tooLarge(options.maxBytes);
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder.decode();
}

/**
 * Gives a document that is there as text piece by piece, and lets others have their turn between two of them.
 *
 * @throws PubpipeError `DOCUMENT_UNREADABLE` when it is more than `maxBytes` as UTF-8.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function* sliceDocumentText(
  text: string,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  if (Buffer.byteLength(text) > maxBytes) throw tooLarge(maxBytes);
  for (let start = 0; start < text.length; start += sliceLength) {
    if (start > 0) await turn();
    throwIfCancelled(signal);
    yield text.slice(start, start + sliceLength);
  }
}

async function* readPlain(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  let first = true;
  for await (const piece of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    if (first && isGzip(piece)) {
      throw new PubpipeError(
        'DOCUMENT_UNREADABLE',
        "The document is packed with gzip, but its name doesn't say so: Scribus opens it as .sla.gz.",
      );
    }
    first = false;
    yield piece;
  }
}

async function* unpack(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { signal });
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  let byteCount = 0;
  file.on('data', (piece) => {
    byteCount += piece.length;
  });
  try {
    let unpackedCount = 0;
    for await (const piece of file.pipe(gunzip) as AsyncIterable<Buffer>) {
      unpackedCount += piece.byteLength;
      if (unpackedCount > ratioCountsFromBytes && unpackedCount > maxRatio * byteCount) {
        throw unsafeDocument({ reason: 'gzip-ratio', what: `is packed to less than 1/${maxRatio} of its size` });
      }
      yield piece;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // An empty file holds no damaged packing: it is just empty, and the caller says so.
    if (code === 'Z_BUF_ERROR' && byteCount === 0) return;
    if (code === 'Z_BUF_ERROR') {
      throw new PubpipeError('DOCUMENT_TRUNCATED', 'The document ends too early: its gzip packing is not whole.', {
        cause: error,
      });
    }
    if (code?.startsWith('Z_') === true) {
      throw new PubpipeError('DOCUMENT_UNREADABLE', 'The document is named .gz, but is not a valid gzip file.', {
        cause: error,
      });
    }
    throw error;
  } finally {
    file.destroy();
  }
}

const tooLarge = (maxBytes: number): PubpipeError =>
  new PubpipeError('DOCUMENT_UNREADABLE', `The document is larger than ${maxBytes} bytes.`, {
    details: { maxDocumentBytes: maxBytes },
  });

const isGzip = (piece: Buffer): boolean => gzipMagic.every((byte, index) => piece[index] === byte);
