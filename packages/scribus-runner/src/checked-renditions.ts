import { dirname, resolve } from 'node:path';
import type { AssetName, Rendition } from '@pubpipe/core/driver';
import { type CheckWrittenFileOptions, checkWrittenFile, type WrittenFile } from './check-written-file.ts';
import type { PageSize } from './protocol/answer.ts';
import type { ParsedRenderRequest } from './render-request.ts';
import { pageNumbersOf } from './request/fit-document.ts';
import type { ParsedRendition } from './request/parse-renditions.ts';
import { mismatch } from './truth-check/mismatch.ts';

const maxNamesInDetails = 100;

/** What {@link CheckedRenditions} needs of its render. */
export interface CheckedRenditionsOptions extends CheckWrittenFileOptions {
  readonly request: ParsedRenderRequest;
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
    const { signal, onRendition } = this.#options;
    if (signal.aborted) return;
    const rendition = await checkWrittenFile({ file, name: nameOf(file, asked), asked, pages }, this.#options);
    if (signal.aborted) return;
    this.#renditions.push(rendition);
    onRendition(rendition);
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
