import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SaxesParser } from 'saxes';
import type { DocumentCollector, DocumentElement } from '../document-collector.ts';
import { EmbeddedImages } from './embedded-images.ts';
import { refuseActiveFrames } from './frame-rules.ts';
import { inspectLinkedFiles } from './inspect-files.ts';
import { LinkedFiles } from './linked-files.ts';
import { refuseLinksInScannedFolders } from './scanned-folders.ts';
import { refuseScripts } from './script-rules.ts';
import { XmlRules } from './xml-rules.ts';

/** Whether documents are screened. Off, it is only told whether Ghostscript is needed. */
export type ScreeningMode = 'on' | 'off';

/**
 * Keeps from Scribus what would run programs, read files that don't belong to the job, or put scripts into the PDF.
 * It looks at the document while it is read, and then at the files that the document reaches.
 */
export class Screening implements DocumentCollector {
  readonly #directory: string;
  readonly #realRoot: string;
  readonly #screened: boolean;
  readonly #files: LinkedFiles;
  readonly #images: EmbeddedImages;
  #xml: XmlRules | undefined;

  private constructor(paths: { directory: string; root: string; realRoot: string }, screened: boolean) {
    const { directory, root, realRoot } = paths;
    this.#directory = directory;
    this.#realRoot = realRoot;
    this.#screened = screened;
    this.#files = new LinkedFiles({ directory, roots: [root, realRoot] }, { screened });
    this.#images = new EmbeddedImages({ screened });
  }

  /** Prepares the screening of one document in an input directory, its own directory unless one is named. */
  static async of(document: string, inputDirectory: string | undefined, mode: ScreeningMode): Promise<Screening> {
    const directory = dirname(resolve(document));
    const root = resolve(inputDirectory ?? directory);
    // Where it is missing, reading the document says so.
    const realRoot = await realpath(root).catch(() => root);
    return new Screening({ directory, root, realRoot }, mode === 'on');
  }

  /** Absolute paths of the files that the document links and that may lie inside the input directory. */
  get linkedFiles(): readonly string[] {
    return this.#files.found.filter(({ outside }) => !outside).map(({ path }) => path);
  }

  attach(parser: SaxesParser<{ position: true }>): void {
    if (this.#screened) this.#xml = new XmlRules(parser);
  }

  open(element: DocumentElement): void {
    if (this.#screened) {
      this.#xml?.open(element);
      refuseActiveFrames(element);
      refuseScripts(element);
    }
    this.#files.open(element);
    this.#images.open(element);
  }

  close(): void {
    this.#xml?.close();
  }

  /**
   * Looks at the files, when the document has been read.
   *
   * @returns whether Ghostscript is needed.
   * @throws PubpipeError `UNSAFE_DOCUMENT`.
   */
  async inspectFiles(signal: AbortSignal): Promise<boolean> {
    if (this.#screened) await refuseLinksInScannedFolders(this.#directory, this.#realRoot);
    await this.#images.inspect(signal);
    const inspection = { realRoot: this.#realRoot, screened: this.#screened, signal };
    return (await inspectLinkedFiles(this.#files.found, inspection)) || this.#images.forGhostscript;
  }
}
