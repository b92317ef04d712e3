import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type AssetName, parseAssetName, type Rendition } from '@pubpipe/core';
import { pinPdf } from './determinism/pin-pdf.ts';
import type { PdfReader } from './pdf/pdf-reader.ts';
import type { PageSize, ScripterAnswer } from './protocol/answer.ts';
import { type ParsedRenderRequest, pageImageName } from './render-request.ts';
import type { StagingDirectory } from './staging-directory.ts';
import { checkPdf } from './truth-check/check-pdf.ts';
import { checkPng } from './truth-check/check-png.ts';
import { mismatch } from './truth-check/mismatch.ts';

const maxNamesInDetails = 100;
const defaultPdfName = parseAssetName('document.pdf');

/** A file that Scribus says it has written. */
export type WrittenFile = Extract<ScripterAnswer, { readonly type: 'rendition' }>;

/** What {@link CheckedRenditions} needs of its render. */
export interface CheckedRenditionsOptions {
  readonly request: ParsedRenderRequest;
  readonly staging: StagingDirectory;
  readonly pdfReader: PdfReader;
  readonly pdfinfo: readonly [string, ...string[]];
  /** What PDFs say when they were made; `now` leaves what Scribus wrote. */
  readonly documentDate: Date | 'now';
  readonly signal: AbortSignal;
  /** Called with each rendition that has its name in the output directory. What it throws fails the render. */
  readonly onRendition: (rendition: Rendition) => void;
  /** Called with the error of a failed check; nothing is checked any more once `signal` has aborted. */
  readonly onFailure: (error: unknown) => void;
}

/** Checks written files one after the other, while Scribus writes the next, and gives them their names. */
export class CheckedRenditions {
  readonly #options: CheckedRenditionsOptions;
  readonly #renditions: Rendition[] = [];
  /** Names of the files that have come. */
  readonly #names = new Set<AssetName>();
  #expected: ReadonlySet<AssetName> | undefined;
  #checks: Promise<void> = Promise.resolve();

  constructor(options: CheckedRenditionsOptions) {
    this.#options = options;
  }

  /** What has been checked and named, in that order. */
  get renditions(): readonly Rendition[] {
    return this.#renditions;
  }

  /**
   * Puts a file in the line; `pages` are the sizes of the document's pages.
   *
   * @throws PubpipeError `OUTPUT_MISMATCH` when nobody asked for it, it has come before, or lies elsewhere.
   */
  add(file: WrittenFile, pages: readonly PageSize[]): void {
    const name = this.#nameOf(file);
    const { directory } = this.#options.staging;
    if (!this.#expectedNames(pages).has(name)) throw mismatch(`Nobody asked Scribus for ${name}.`, null, name);
    if (this.#names.has(name)) throw mismatch(`Scribus wrote ${name} twice.`, 1, 2);
    if (dirname(resolve(file.path)) !== directory) {
      throw mismatch(`Scribus wrote ${name} in the wrong place.`, directory, file.path);
    }
    this.#names.add(name);
    this.#checks = this.#checks.then(() => this.#check(file, pages)).catch(this.#options.onFailure);
  }

  /**
   * Says that no more comes.
   *
   * @throws PubpipeError `OUTPUT_MISMATCH` when something that was asked for has not come.
   */
  end(pages: readonly PageSize[]): void {
    const asked = this.#expectedNames(pages);
    const missing = [...asked].find((name) => !this.#names.has(name));
    if (missing === undefined && asked.size > 0) return;
    throw mismatch(
      `Scribus says that it is done, but has not written ${missing ?? 'anything'}.`,
      [...asked].slice(0, maxNamesInDetails),
      [...this.#names].slice(0, maxNamesInDetails),
    );
  }

  /** Resolves when no check is under way; never rejects. */
  settled(): Promise<void> {
    return this.#checks;
  }

  async #check(file: WrittenFile, pages: readonly PageSize[]): Promise<void> {
    const { signal, staging, onRendition } = this.#options;
    if (signal.aborted) return;
    const { path } = file;
    const name = this.#nameOf(file);
    await access(path).catch((cause: unknown) => {
      throw mismatch(`Scribus has not written ${name}, which it says it has.`, name, null, cause);
    });
    await (file.kind === 'pdf' ? this.#checkPdf(file, pages) : this.#checkPng(file, pages));
    const facts =
      file.kind === 'pdf'
        ? ({ kind: 'pdf', mediaType: 'application/pdf' } as const)
        : ({ kind: 'png', mediaType: 'image/png', page: file.page } as const);
    const rendition = { ...facts, name, byteSize: await staging.publish(path, name) };
    if (signal.aborted) return;
    this.#renditions.push(rendition);
    onRendition(rendition);
  }

  #nameOf(file: WrittenFile): AssetName {
    const { request } = this.#options;
    if (file.kind === 'png') return pageImageName(file.page);
    return request.pdf?.fileName ?? defaultPdfName;
  }

  /** What the document's pages and the request make of each other; nothing before the document is open. */
  #expectedNames(pages: readonly PageSize[]): ReadonlySet<AssetName> {
    const { pdf, png } = this.#options.request;
    if (pages.length === 0) return new Set();
    if (this.#expected !== undefined) return this.#expected;
    const images = png && (png.pages ?? pages.map((_, index) => index + 1));
    this.#expected = new Set([...(images ?? []).map(pageImageName), ...(pdf ? [pdf.fileName] : [])]);
    return this.#expected;
  }

  async #checkPdf({ path, password }: Extract<WrittenFile, { kind: 'pdf' }>, pages: readonly PageSize[]) {
    const { pdfReader: reader, pdfinfo, documentDate, signal } = this.#options;
    if (documentDate !== 'now') await pinPdf(path, documentDate, { reader, signal });
    await checkPdf(path, { pages, password }, { reader, pdfinfo, signal });
  }

  async #checkPng({ path, page }: Extract<WrittenFile, { kind: 'png' }>, pages: readonly PageSize[]) {
    const { request, signal } = this.#options;
    const pageSize = pages[page - 1];
    // `add` has let no other through.
    if (request.png === undefined || pageSize === undefined) throw new TypeError(`Page ${page} is not expected.`);
    await checkPng(path, { pageSize, dpi: request.png.dpi }, signal);
  }
}
