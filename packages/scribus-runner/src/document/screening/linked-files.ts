import type { DocumentCollector, DocumentElement } from '../document-collector.ts';
import { type DocumentPlace, readLinkedPath } from './linked-path.ts';
import { unsafeDocument } from './unsafe-document.ts';

/** A file that Scribus may open because the document names it. */
export interface LinkedFile {
  /** Absolute path, without `..`; symbolic links are not resolved. */
  readonly path: string;
  /** Whether it lies outside of the input directory. */
  readonly outside: boolean;
  /** The first element that names it, its line, and the path as written there. */
  readonly element: string;
  readonly line: number;
  readonly value: string;
}

// The image of a frame; the further two are those of a button that is pressed or pointed at.
const pathAttributes = ['PFILE', 'PFILE2', 'PFILE3'] as const;
const maxLinkedFiles = 20_000;

/** Collects all files that a document links, wherever it does, each once; with `screened`, refuses those that lead away. */
export class LinkedFiles implements DocumentCollector {
  readonly #files = new Map<string, LinkedFile>();
  readonly #place: DocumentPlace;
  readonly #screened: boolean;

  constructor(place: DocumentPlace, options: { readonly screened: boolean }) {
    this.#place = place;
    this.#screened = options.screened;
  }

  /** What has been found. */
  get found(): readonly LinkedFile[] {
    return [...this.#files.values()];
  }

  open({ name: element, attributes, line }: DocumentElement): void {
    for (const attribute of pathAttributes) {
      const value = attributes[attribute];
      if (value === undefined || value === '') continue;
      const link = readLinkedPath(value, this.#place);
      if (link.kind === 'refused') {
        if (this.#screened) throw unsafeDocument({ ...link, element, line, value });
        continue;
      }
      if (this.#files.has(link.path)) continue;
      if (this.#files.size === maxLinkedFiles) {
        if (this.#screened) throw unsafeDocument({ reason: 'limit', what: `links more than ${maxLinkedFiles} files` });
        return;
      }
      this.#files.set(link.path, { path: link.path, outside: link.kind === 'climbing', element, line, value });
    }
  }
}
