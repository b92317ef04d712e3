import { type PdfDictionary, PdfName, PdfRef, type PdfValue } from '../pdf/pdf-value.ts';
import { toPdfText } from './pdf-text.ts';
import type { PdfUpdate } from './pdf-update.ts';

/** A title, and the number of the page that it leads to. */
export interface Bookmark {
  readonly title: string;
  readonly page: number;
}

/** Adds bookmarks, one below the other: ISO 32000-1, 12.3.3. Answers undefined when there are none. */
export function makeOutline(update: PdfUpdate, bookmarks: readonly Bookmark[]): PdfRef | undefined {
  if (bookmarks.length === 0) return undefined;
  const outline = update.reserve();
  const items = bookmarks.map(() => update.reserve());
  for (const [index, { title, page }] of bookmarks.entries()) {
    const item = new Map<string, PdfValue>([
      ['Title', toPdfText(title)],
      ['Parent', outline],
      ['Dest', [new PdfRef(page), new PdfName('Fit')]],
      ...neighbour('Prev', items[index - 1]),
      ...neighbour('Next', items[index + 1]),
    ]);
    update.change(items[index]?.number ?? 0, item);
  }
  const root: PdfDictionary = new Map<string, PdfValue>([
    ['Type', new PdfName('Outlines')],
    ...neighbour('First', items[0]),
    ...neighbour('Last', items.at(-1)),
    ['Count', items.length],
  ]);
  update.change(outline.number, root);
  return outline;
}

const neighbour = (key: string, item: PdfRef | undefined): readonly (readonly [string, PdfValue])[] =>
  item === undefined ? [] : [[key, item]];
