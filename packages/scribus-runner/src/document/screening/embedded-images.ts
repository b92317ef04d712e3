import { constants, inflateSync } from 'node:zlib';
import type { DocumentCollector, DocumentElement } from '../document-collector.ts';
import { type EmbeddedImage, inspectEmbeddedImage, lengthBytes, type UnpackBudget } from './embedded-content.ts';
import { isForGhostscript, isSvgName, kindOf } from './file-kind.ts';
import { isHarmlessImage, mayHavePlates } from './image-rules.ts';
import { unsafeDocument } from './unsafe-document.ts';

// Scribus appends it to the name of a temporary file: with slashes the file lies elsewhere.
const plainExtension = /^[A-Za-z0-9]{0,8}$/;
const headCharacters = 1024;
const maxHeadBytes = 1024 * 1024;
const maxUnpackedBytes = 512 * 1024 * 1024;

/**
 * Looks at the images that a document holds itself; with `screened`, refuses those that would do harm. While the
 * document is read only their beginnings are unpacked: a whole one may take a second, in which nothing else happens.
 */
export class EmbeddedImages implements DocumentCollector {
  readonly #screened: boolean;
  /** Those of which the beginning doesn't tell enough. */
  readonly #waiting: EmbeddedImage[] = [];
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
    const at = { element, line };
    if (this.#screened && !plainExtension.test(extension)) {
      const what = 'has an embedded image whose file name extension is none';
      throw unsafeDocument({ ...at, reason: 'image-extension', what, value: extension });
    }
    if (data === undefined || data === '') return;
    const head = unpackHead(data);
    const kind = kindOf(head);
    this.#forGhostscript ||= isForGhostscript(kind);
    if (!this.#screened) return;
    const name = `image.${extension}`;
    if (isSvgName(name) || kind === 'svg') this.#waiting.push({ data, as: 'drawing', at });
    else if (mayHavePlates(name, kind)) this.#waiting.push({ data, as: 'postscript', at });
    else if (!isHarmlessImage(name, head)) {
      const what = 'has an embedded image of a kind that is not known to be harmless';
      throw unsafeDocument({ ...at, reason: 'image-kind', what, value: name });
    }
  }

  /**
   * Looks into the images when the document has been read, piece by piece.
   *
   * @throws PubpipeError `UNSAFE_DOCUMENT`.
   */
  async inspect(signal: AbortSignal): Promise<void> {
    const budget: UnpackBudget = { leftBytes: maxUnpackedBytes };
    for (const image of this.#waiting) {
      signal.throwIfAborted();
      await inspectEmbeddedImage(image, budget, signal);
    }
  }
}

/** The beginning of an image; nothing where it can't be unpacked: then it is for nobody. */
function unpackHead(data: string): Buffer {
  try {
    const packed = Buffer.from(data.slice(0, headCharacters), 'base64').subarray(lengthBytes);
    return inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxHeadBytes });
  } catch {
    return Buffer.alloc(0);
  }
}
