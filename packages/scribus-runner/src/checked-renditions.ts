import { type Rendition, toPubpipeError } from '@pubpipe/core';
import type { PageSize, ScripterAnswer } from './protocol/answer.ts';
import { type ParsedRenderRequest, pageImageName } from './render-request.ts';
import type { StagingDirectory } from './staging-directory.ts';
import { checkPdf } from './truth-check/check-pdf.ts';
import { checkPng } from './truth-check/check-png.ts';

/** A file that Scribus says it has written. */
export type WrittenFile = Extract<ScripterAnswer, { readonly type: 'rendition' }>;

/** What {@link CheckedRenditions} needs of its render. */
export interface CheckedRenditionsOptions {
  readonly request: ParsedRenderRequest;
  readonly staging: StagingDirectory;
  readonly pdfinfo: readonly [string, ...string[]];
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
  #checks: Promise<void> = Promise.resolve();

  constructor(options: CheckedRenditionsOptions) {
    this.#options = options;
  }

  /** What has been checked and named, in that order. */
  get renditions(): readonly Rendition[] {
    return this.#renditions;
  }

  /** Puts a file in the line; `pages` are the sizes of the document's pages. */
  add(file: WrittenFile, pages: readonly PageSize[]): void {
    this.#checks = this.#checks.then(() => this.#check(file, pages)).catch(this.#options.onFailure);
  }

  /** Resolves when no check is under way; never rejects. */
  settled(): Promise<void> {
    return this.#checks;
  }

  async #check(file: WrittenFile, pages: readonly PageSize[]): Promise<void> {
    const { signal, staging, onRendition } = this.#options;
    if (signal.aborted) return;
    const facts = file.kind === 'pdf' ? await this.#checkPdf(file, pages) : await this.#checkPng(file, pages);
    const rendition = { ...facts, byteSize: await staging.publish(file.path, facts.name) };
    if (signal.aborted) return;
    this.#renditions.push(rendition);
    onRendition(rendition);
  }

  async #checkPdf({ path, password }: Extract<WrittenFile, { kind: 'pdf' }>, pages: readonly PageSize[]) {
    const { request, pdfinfo, signal } = this.#options;
    if (request.pdf === undefined) throw unasked('PDF');
    await checkPdf(path, { pages, password }, { pdfinfo, signal });
    return { kind: 'pdf', name: request.pdf.fileName, mediaType: 'application/pdf' } as const;
  }

  async #checkPng({ path, page }: Extract<WrittenFile, { kind: 'png' }>, pages: readonly PageSize[]) {
    const { request, signal } = this.#options;
    const pageSize = pages[page - 1];
    if (request.png === undefined || pageSize === undefined) throw unasked(`image of page ${page}`);
    await checkPng(path, { pageSize, dpi: request.png.dpi }, signal);
    return { kind: 'png', name: pageImageName(page), mediaType: 'image/png', page } as const;
  }
}

const unasked = (what: string) =>
  toPubpipeError(undefined, 'INTERNAL', `Scribus wrote an ${what} that nobody asked for.`);
