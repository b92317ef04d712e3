import { constants, inflateSync } from 'node:zlib';
import type { DocumentCollector, DocumentElement } from '../document-collector.ts';
import { type FileKind, isForGhostscript, isSvgName, kindOf } from './file-kind.ts';
import { isHarmlessImage, mayHavePlates } from './image-rules.ts';
import { PlateScan } from './plate-scan.ts';
import { SvgScreen } from './svg-screen.ts';
import { unsafeDocument } from './unsafe-document.ts';

// Scribus appends it to the name of a temporary file: with slashes the file lies elsewhere.
const plainExtension = /^[A-Za-z0-9]{0,8}$/;
const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;
/** Scribus' packing begins with the length, before what zlib wrote. */
const lengthBytes = 4;
const headCharacters = 1024;
const maxHeadBytes = 1024 * 1024;
const maxSvgBytes = 16 * 1024 * 1024;
const maxPostScriptBytes = 128 * 1024 * 1024;

/** Looks at the images that a document holds itself; with `screened`, refuses those that would do harm. */
export class EmbeddedImages implements DocumentCollector {
  readonly #screened: boolean;
  #forGhostscript = false;

  constructor(options: { readonly screened: boolean }) {
    this.#screened = options.screened;
  }

  /** Whether one of them is for Ghostscript. */
  get forGhostscript(): boolean {
    return this.#forGhostscript;
  }

  open({ name: element, attributes, line }: DocumentElement): void {
    const { ImageData: data, inlineImageExt: extension = '' } = attributes;
    if (this.#screened && !plainExtension.test(extension)) {
      const what = 'has an embedded image whose file name extension is none';
      throw unsafeDocument({ reason: 'image-extension', what, element, line, value: extension });
    }
    if (data === undefined || data === '') return;
    const head = unpack(data.slice(0, headCharacters), maxHeadBytes);
    const kind = head === undefined ? 'other' : kindOf(head);
    this.#forGhostscript ||= isForGhostscript(kind);
    if (this.#screened) screenImage({ data, head, kind, name: `image.${extension}` }, { element, line });
  }
}

interface Place {
  readonly element: string;
  readonly line: number;
}

interface EmbeddedImage {
  readonly data: string;
  /** Its beginning; undefined where it can't be unpacked. */
  readonly head: Buffer | undefined;
  readonly kind: FileKind;
  /** A name with its ending. */
  readonly name: string;
}

function screenImage({ data, head = Buffer.alloc(0), kind, name }: EmbeddedImage, at: Place): void {
  if (isSvgName(name) || kind === 'svg') screenDrawing(data, at);
  else if (mayHavePlates(name, kind)) screenPlates(data, at);
  else if (!isHarmlessImage(name, head)) {
    const what = 'has an embedded image of a kind that is not known to be harmless';
    throw unsafeDocument({ ...at, reason: 'image-kind', what, value: name });
  }
}

function screenPlates(data: string, at: Place): void {
  const image = unpack(data, maxPostScriptBytes);
  if (image === undefined) {
    throw unsafeDocument({ ...at, reason: 'image-data', what: "has an embedded image that can't be unpacked" });
  }
  const scan = new PlateScan();
  scan.read(image);
  if (!scan.found) return;
  const what = 'has an embedded image whose colours lie in another folder';
  throw unsafeDocument({ ...at, reason: 'plate-outside', what });
}

function screenDrawing(data: string, at: Place): void {
  const refuse = (what: string, value?: string) =>
    unsafeDocument({ ...at, reason: 'image-data', what: `has an embedded drawing that ${what}`, value });
  // What is between the characters of base64 is skipped by Scribus, but not by everybody.
  if (!base64.test(data)) throw refuse('is not base64');
  const drawing = unpack(data, maxSvgBytes);
  if (drawing === undefined) throw refuse("can't be unpacked");
  if (kindOf(drawing) === 'gzip') throw refuse('is packed twice');
  const screen = new SvgScreen();
  screen.read(drawing);
  screen.end();
  const { fault } = screen;
  if (fault !== undefined)
    throw unsafeDocument({ ...at, ...fault, what: `has an embedded drawing that ${fault.what}` });
}

/** The image, or its beginning where `data` is only the beginning; undefined where there is none. */
function unpack(data: string, maxOutputLength: number): Buffer | undefined {
  try {
    const packed = Buffer.from(data, 'base64').subarray(lengthBytes);
    return inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
  } catch {
    // It is damaged, and then it is for nobody; or it is larger than a drawing may be.
    return undefined;
  }
}
