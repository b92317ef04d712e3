import { lstat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type AssetName, PubpipeError, type Rendition } from '@pubpipe/core';
import type { AfterExport, ExportChange } from './after-export.ts';
import { pinPdf } from './determinism/pin-pdf.ts';
import type { PdfReader } from './pdf/pdf-reader.ts';
import type { PageSize, ScripterAnswer } from './protocol/answer.ts';
import type { ParsedRenderRequest } from './render-request.ts';
import { toExpectedPdf } from './request/expected-pdf.ts';
import { pageNumbersOf } from './request/fit-document.ts';
import type { ParsedRendition } from './request/parse-renditions.ts';
import type { StagingDirectory } from './staging-directory.ts';
import { checkJpeg } from './truth-check/check-jpeg.ts';
import { checkPdf } from './truth-check/check-pdf.ts';
import { checkPng } from './truth-check/check-png.ts';
import { mismatch } from './truth-check/mismatch.ts';

const maxNamesInDetails = 100;

/** A file that Scribus says it has written. */
export type WrittenFile = Extract<ScripterAnswer, { readonly type: 'rendition' }>;

/** What {@link CheckedRenditions} needs of its render. */
export interface CheckedRenditionsOptions {
  readonly request: ParsedRenderRequest;
  readonly staging: StagingDirectory;
  readonly pdfReader: PdfReader;
  readonly pdfinfo: readonly [string, ...string[]];
  readonly afterExport: AfterExport | undefined;
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
    const asked = this.#options.request.renditions[file.rendition];
    if (asked === undefined) throw mismatch('Nobody asked Scribus for this file.', null, file.rendition);
    const name = nameOf(file, asked);
    const { directory } = this.#options.staging;
    if (!this.#expectedNames(pages).has(name)) throw mismatch(`Nobody asked Scribus for ${name}.`, null, name);
    if (this.#names.has(name)) throw mismatch(`Scribus wrote ${name} twice.`, 1, 2);
    if (dirname(resolve(file.path)) !== directory) {
      throw mismatch(`Scribus wrote ${name} in the wrong place.`, directory, file.path);
    }
    this.#names.add(name);
    this.#checks = this.#checks.then(() => this.#check(file, asked, pages)).catch(this.#options.onFailure);
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

  async #check(file: WrittenFile, asked: ParsedRendition, pages: readonly PageSize[]): Promise<void> {
    const { signal, staging, onRendition } = this.#options;
    if (signal.aborted) return;
    const name = nameOf(file, asked);
    await checkIsFile(file.path, name);
    await this.#pin(file);
    const change = await this.#callAfterExport(file, name);
    if (signal.aborted) return;
    if (change !== undefined) await checkIsFile(file.path, name);
    await this.#checkContent(file, asked, { pages, change });
    const rendition = { ...factsOf(file), name, byteSize: await staging.publish(file.path, name) };
    if (signal.aborted) return;
    this.#renditions.push(rendition);
    onRendition(rendition);
  }

  async #pin(file: WrittenFile): Promise<void> {
    const { pdfReader: reader, documentDate, signal } = this.#options;
    if (file.kind === 'pdf' && documentDate !== 'now') await pinPdf(file.path, documentDate, { reader, signal });
  }

  async #callAfterExport(file: WrittenFile, name: AssetName): Promise<ExportChange | undefined> {
    const { afterExport, signal } = this.#options;
    if (afterExport === undefined) return undefined;
    const { kind, path } = file;
    try {
      const facts = file.kind === 'pdf' ? { password: file.password } : { page: file.page };
      return (await afterExport({ kind, name, path, ...facts }, { signal })) ?? {};
    } catch (cause) {
      throw new PubpipeError('RENDER_FAILED', `The hook afterExport failed on ${name}.`, { cause, details: { name } });
    }
  }

  async #checkContent(
    file: WrittenFile,
    asked: ParsedRendition,
    { pages, change }: { readonly pages: readonly PageSize[]; readonly change: ExportChange | undefined },
  ): Promise<void> {
    const { pdfReader: reader, pdfinfo, signal } = this.#options;
    if (file.kind === 'pdf' && asked.kind === 'pdf') {
      const expected = toExpectedPdf(asked, file, pages);
      const changed = change?.pages && { pages: change.pages, bleed: undefined, marks: undefined, marksPt: undefined };
      await checkPdf(file.path, { ...expected, ...changed }, { reader, pdfinfo, signal });
      return;
    }
    const pageSize = file.kind === 'pdf' ? undefined : pages[file.page - 1];
    // `add` has let no other through.
    if (asked.kind === 'pdf' || pageSize === undefined) throw new TypeError('The file is not expected.');
    const expected = { pageSize, dpi: asked.dpi };
    await (asked.kind === 'png' ? checkPng(file.path, expected, signal) : checkJpeg(file.path, expected, signal));
  }

  /** What the document's pages and the request make of each other; nothing before the document is open. */
  #expectedNames(pages: readonly PageSize[]): ReadonlySet<AssetName> {
    if (pages.length === 0) return new Set();
    this.#expected ??= new Set(
      this.#options.request.renditions.flatMap((rendition) =>
        rendition.kind === 'pdf'
          ? [rendition.name]
          : pageNumbersOf(rendition, pages.length).map((page) => rendition.nameOf(page)),
      ),
    );
    return this.#expected;
  }
}

function nameOf(file: WrittenFile, asked: ParsedRendition): AssetName {
  if (file.kind === 'pdf' && asked.kind === 'pdf') return asked.name;
  if (file.kind !== 'pdf' && file.kind === asked.kind) return asked.nameOf(file.page);
  throw mismatch(`Scribus wrote a file of another kind.`, asked.kind, file.kind);
}

function factsOf(file: WrittenFile): Pick<Rendition, 'kind' | 'mediaType' | 'page'> {
  if (file.kind === 'pdf') return { kind: 'pdf', mediaType: 'application/pdf' };
  return { kind: file.kind, mediaType: `image/${file.kind}`, page: file.page };
}

/** The process that wrote it may have been taken over by its document: a link would lead anywhere. */
async function checkIsFile(path: string, name: AssetName): Promise<void> {
  const stats = await lstat(path).catch((cause: unknown) => {
    throw mismatch(`Scribus has not written ${name}, which it says it has.`, name, null, cause);
  });
  if (!stats.isFile() || stats.nlink !== 1)
    throw mismatch(`${name} is not a file of its own.`, 'a file', 'a link or a device');
}
