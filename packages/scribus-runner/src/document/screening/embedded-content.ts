import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createInflate } from 'node:zlib';
import { isPubpipeError } from '@pubpipe/core/driver';
import { kindOf } from './file-kind.ts';
import { PlateScan } from './plate-scan.ts';
import { SvgScreen } from './svg-screen.ts';
import { unsafeDocument } from './unsafe-document.ts';

/** Scribus' packing begins with the length, before what zlib wrote. */
export const lengthBytes = 4;
// Base64 is decoded in groups of four characters.
const pieceCharacters = 256 * 1024;
const maxDrawingBytes = 16 * 1024 * 1024;
const maxPostScriptBytes = 128 * 1024 * 1024;

/** An image that a document holds itself. */
export interface EmbeddedImage {
  /** As the document holds it: packed, and written as base64. */
  readonly data: string;
  /** As what it is looked at. */
  readonly as: 'drawing' | 'postscript';
  /** The element that holds it. */
  readonly at: { readonly element: string; readonly line: number };
}

/** What the images of one document may unpack to together. */
export interface UnpackBudget {
  leftBytes: number;
}

/**
 * Unpacks an image, and looks for what would make Scribus read another file: links of a drawing, plates of a
 * PostScript image.
 *
 * @throws PubpipeError `UNSAFE_DOCUMENT`.
 */
export async function inspectEmbeddedImage(
  { data, as, at }: EmbeddedImage,
  budget: UnpackBudget,
  signal: AbortSignal,
): Promise<void> {
  const what = as === 'drawing' ? 'an embedded drawing' : 'an embedded image';
  const refuse = (why: string) => unsafeDocument({ ...at, reason: 'image-data', what: `has ${what} that ${why}` });
  const content = as === 'drawing' ? new DrawingContent(at) : new PostScriptContent(at);
  let bytes = 0;
  const look = async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      bytes += piece.byteLength;
      budget.leftBytes -= piece.byteLength;
      if (bytes > content.maxBytes) throw refuse(`has more than ${content.maxBytes} bytes, unpacked`);
      if (budget.leftBytes < 0) {
        throw unsafeDocument({ ...at, reason: 'limit', what: 'has embedded images that unpack to more than they may' });
      }
      content.read(piece);
    }
  };
  const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
  try {
    await pipeline(Readable.from(decode(data, refuse)), inflate, look, { signal });
  } catch (error) {
    if (signal.aborted || isPubpipeError(error)) throw error;
    throw refuse("can't be unpacked");
  }
  content.end();
}

/** What is between the characters of base64 is skipped by Scribus, but not by everybody. */
function* decode(data: string, refuse: (why: string) => Error): Generator<Buffer> {
  let left = '';
  let skip = lengthBytes;
  for (let start = 0; start < data.length; start += pieceCharacters) {
    const text = left + data.slice(start, start + pieceCharacters).replace(/\s+/g, '');
    const isLast = start + pieceCharacters >= data.length;
    const end = isLast ? text.length : text.length - (text.length % 4);
    left = text.slice(end);
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || (!isLast && text.includes('='))) throw refuse('is not base64');
    const bytes = Buffer.from(text.slice(0, end), 'base64');
    yield bytes.subarray(skip);
    skip = Math.max(0, skip - bytes.length);
  }
}

type Place = EmbeddedImage['at'];

class DrawingContent {
  readonly maxBytes = maxDrawingBytes;
  readonly #screen = new SvgScreen();
  readonly #at: Place;
  #isFirst = true;

  constructor(at: Place) {
    this.#at = at;
  }

  read(piece: Buffer): void {
    if (this.#isFirst && kindOf(piece) === 'gzip') {
      throw unsafeDocument({ ...this.#at, reason: 'image-data', what: 'has an embedded drawing that is packed twice' });
    }
    this.#isFirst = false;
    this.#screen.read(piece);
    this.#throwFault();
  }

  end(): void {
    this.#screen.end();
    this.#throwFault();
  }

  #throwFault(): void {
    const { fault } = this.#screen;
    if (fault === undefined) return;
    throw unsafeDocument({ ...this.#at, ...fault, what: `has an embedded drawing that ${fault.what}` });
  }
}

class PostScriptContent {
  readonly maxBytes = maxPostScriptBytes;
  readonly #scan = new PlateScan();
  readonly #at: Place;

  constructor(at: Place) {
    this.#at = at;
  }

  read(piece: Buffer): void {
    this.#scan.read(piece);
    if (!this.#scan.found) return;
    const what = 'has an embedded image whose colours lie in another folder';
    throw unsafeDocument({ ...this.#at, reason: 'plate-outside', what });
  }

  end(): void {}
}
