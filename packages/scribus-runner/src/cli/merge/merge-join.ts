import { join } from 'node:path';
import type { JoinedPdf, PdfJoiner, PdfPart } from '@pubpipe/core/driver';
import { placeOutputs } from '../place-outputs.ts';
import type { MergeEntry } from './merge-entry.ts';

/** Where the joined PDF goes, and where its parts are. */
export interface JoinPlaces {
  /** Absolute path of the joined PDF. */
  readonly target: string;
  /** Title of the document. */
  readonly title: string;
  /** A directory that is gone when the merge has ended, on the disk of the target. */
  readonly workplace: string;
  /** Path of the template, which nothing replaces. */
  readonly template: string;
}

/** A PDF of all documents, as it is reported. */
export interface JoinedDocuments extends JoinedPdf {
  /** Absolute path. */
  readonly output: string;
  /** Which pages the documents have, in their order. Pages count from 1. */
  readonly documents: readonly JoinedPart[];
}

/** The pages of a document in the PDF of all. */
export interface JoinedPart {
  readonly records: MergeEntry['records'];
  readonly name: string;
  readonly firstPage: number;
  readonly pageCount: number;
}

/** Joins the documents of a merge when all have ended. Until then an index of them is kept, no content. */
export class MergeJoin {
  readonly #joiner: PdfJoiner;
  readonly #places: JoinPlaces;
  readonly #parts: { readonly path: string; readonly part: Omit<JoinedPart, 'firstPage'> }[] = [];

  constructor(joiner: PdfJoiner, places: JoinPlaces) {
    this.#joiner = joiner;
    this.#places = places;
  }

  /** Notes a document that was rendered. They end in any order. */
  add(path: string, part: Omit<JoinedPart, 'firstPage'>): void {
    this.#parts.push({ path, part });
  }

  /**
   * Joins the documents in the order of their records; undefined when there are none.
   *
   * @throws PubpipeError as {@link PdfJoiner.join} does, and `OUTPUT_UNWRITABLE`.
   */
  async join(signal: AbortSignal): Promise<JoinedDocuments | undefined> {
    if (this.#parts.length === 0) return undefined;
    this.#parts.sort((a, b) => a.part.records.first - b.part.records.first);
    const { target, title, workplace, template } = this.#places;
    const output = join(workplace, 'joined.pdf');
    const parts: readonly PdfPart[] = this.#parts.map(({ path, part }) => ({ path, title: part.name }));
    const { pageCount, byteSize } = await this.#joiner.join({ parts, output, title }, { signal });
    await placeOutputs([{ from: output, to: target }], template);
    let firstPage = 1;
    const documents = this.#parts.map(({ part }) => {
      const document = { ...part, firstPage };
      firstPage += part.pageCount;
      return document;
    });
    return { output: target, pageCount, byteSize, documents };
  }
}
