import { PdfFault } from './pdf-fault.ts';

/** Bounds of what one PDF may cost to read. A PDF beyond one of them is refused as damaged. */
export const pdfLimits = {
  /** Objects that the table of objects may have. */
  objects: 2_000_000,
  /** Length of one object, without its stream. */
  objectBytes: 16 * 1024 * 1024,
  /** Length of one unpacked stream that has to be read. */
  streamBytes: 32 * 1024 * 1024,
  /** All streams unpacked. */
  allStreamBytes: 256 * 1024 * 1024,
  pages: 100_000,
  /** Length of the XMP metadata. */
  metadataBytes: 4 * 1024 * 1024,
  /** Updates that were appended to the file. */
  updates: 1000,
} as const;

/** Counts what reading a PDF costs: objects that lie in one another could be read for ever. */
export class PdfBudget {
  #parsedBytes: number;
  #unpackedBytes: number;

  constructor(fileBytes: number, unpackedBytes: number = pdfLimits.allStreamBytes) {
    this.#unpackedBytes = unpackedBytes;
    this.#parsedBytes = 4 * fileBytes + 4 * pdfLimits.objectBytes;
  }

  parse(byteCount: number): void {
    this.#parsedBytes -= byteCount;
    if (this.#parsedBytes < 0) throw new PdfFault('its objects lie in one another');
  }

  unpack(byteCount: number): void {
    this.#unpackedBytes -= byteCount;
    if (this.#unpackedBytes < 0) throw new PdfFault('its objects unpack to more than they may');
  }
}
