import { readFileSync } from 'node:fs';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import type { PdfBytes } from './pdf-bytes.ts';
import type { PdfBox, PdfPageFacts } from './pdf-facts.ts';
import { PdfFault } from './pdf-fault.ts';

/** A page as PDFium reads it. */
export type PdfiumPage = Pick<PdfPageFacts, 'mediaBox' | 'cropBox' | 'bleedBox' | 'trimBox' | 'rotation'>;

/** Files of this length and longer PDFium can't open: it is told their length as 32 bits. */
export const pdfiumMaxBytes = 2 ** 32;

// https://pdfium.googlesource.com/pdfium/+/main/public/fpdfview.h
const wrongPassword = 4;
const boxTypes = { mediaBox: 0, cropBox: 1, bleedBox: 2, trimBox: 3 } as const;

const [accessBytes, boxBytes] = [12, 16];
/** A PDF that takes more leaves none of it to the next. */
const maxKeptBytes = 64 * 1024 * 1024;
const maxMessageLength = 200;

/**
 * PDFium, compiled to WebAssembly: what a PDF makes of it stays in a memory of its own, which ends at 2 GiB. It repairs
 * what it can and says nothing of it, so it is a second reader only, of what a strict one has passed.
 */
export class Pdfium {
  readonly #module: WrappedPdfiumModule;
  /** Where it is told how to reach the file, and where it puts a box. */
  readonly #access: number;
  readonly #box: number;
  #file: PdfBytes | undefined;
  #readError: unknown;
  #isSpent = false;

  private constructor(module: WrappedPdfiumModule) {
    this.#module = module;
    const { pdfium } = module;
    this.#access = pdfium.wasmExports.malloc(accessBytes);
    this.#box = pdfium.wasmExports.malloc(boxBytes);
    const readBlock = pdfium.addFunction(
      (_: number, offset: number, target: number, length: number) => this.#readBlock(offset, target, length),
      'iiiii',
    );
    pdfium.HEAPU32.set([0, readBlock, 0], this.#access / 4);
  }

  /** Compiles it. */
  static async load(): Promise<Pdfium> {
    const wasmBinary = readFileSync(new URL(import.meta.resolve('@embedpdf/pdfium/pdfium.wasm')));
    // It would print on the standard error of the process; what it has to say there, it throws too.
    const module = await init({ wasmBinary: wasmBinary as unknown as ArrayBuffer, print() {}, printErr() {} });
    module.PDFiumExt_Init();
    return new Pdfium(module);
  }

  /** Whether another one has to be loaded for the next PDF: this one has failed on the last, or taken much memory for it. */
  get isSpent(): boolean {
    return this.#isSpent || this.#module.pdfium.HEAPU8.length > maxKeptBytes;
  }

  /**
   * Reads the pages of a PDF of less than {@link pdfiumMaxBytes}, without what is drawn on them. `password` opens it, if
   * it is encrypted.
   *
   * @throws PdfFault when PDFium doesn't open it, or ends on it.
   */
  readPages(file: PdfBytes, password: string): readonly PdfiumPage[] {
    this.#file = file;
    this.#readError = undefined;
    try {
      const pages = this.#readPages(file.size, password);
      // What it can't read it may take for nothing.
      if (this.#readError === undefined) return pages;
      throw this.#readError;
    } catch (error) {
      this.#isSpent = true;
      if (this.#readError !== undefined) throw this.#readError;
      if (error instanceof PdfFault) throw error;
      throw new PdfFault(`PDFium ends on it: ${String(error).slice(0, maxMessageLength)}`, { cause: error });
    } finally {
      this.#file = undefined;
    }
  }

  #readPages(byteSize: number, password: string): readonly PdfiumPage[] {
    const module = this.#module;
    module.pdfium.HEAPU32[this.#access / 4] = byteSize;
    const document = module.FPDF_LoadCustomDocument(this.#access, password);
    if (document === 0) {
      throw new PdfFault(
        module.FPDF_GetLastError() === wrongPassword
          ? 'PDFium does not open it with its password'
          : 'PDFium does not take it for a PDF',
      );
    }
    const count = module.FPDF_GetPageCount(document);
    const pages = Array.from({ length: count }, (_, index) => this.#readPage(document, index));
    module.FPDF_CloseDocument(document);
    return pages;
  }

  #readPage(document: number, index: number): PdfiumPage {
    const mediaBox = this.#readBox(document, index, 'mediaBox');
    if (mediaBox === undefined) throw new PdfFault(`PDFium finds no page ${index + 1} in it`);
    const cropBox = this.#readBox(document, index, 'cropBox') ?? mediaBox;
    return {
      mediaBox,
      cropBox,
      bleedBox: this.#readBox(document, index, 'bleedBox') ?? cropBox,
      trimBox: this.#readBox(document, index, 'trimBox') ?? cropBox,
      rotation: this.#module.EPDF_GetPageRotationByIndex(document, index) * 90,
    };
  }

  #readBox(document: number, index: number, type: keyof typeof boxTypes): PdfBox | undefined {
    if (!this.#module.EPDF_GetPageBoxByIndex(document, index, boxTypes[type], this.#box)) return undefined;
    const [left = Number.NaN, top = left, right = left, bottom = left] = this.#module.pdfium.HEAPF32.subarray(
      this.#box / 4,
    );
    return [left, bottom, right, top];
  }

  /** Brings PDFium a part of the file; says whether it could. Nothing may be thrown through PDFium. */
  #readBlock(offset: number, target: number, length: number): 0 | 1 {
    try {
      // As WebAssembly has no unsigned numbers.
      const bytes = this.#file?.read(offset >>> 0, length >>> 0);
      if (bytes?.length !== length >>> 0) return 0;
      this.#module.pdfium.HEAPU8.set(bytes, target >>> 0);
      return 1;
    } catch (error) {
      this.#readError = error;
      return 0;
    }
  }
}
