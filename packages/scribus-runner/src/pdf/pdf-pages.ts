import { pdfLimits } from './pdf-budget.ts';
import type { PdfBox, PdfPageFacts } from './pdf-facts.ts';
import { PdfFault } from './pdf-fault.ts';
import type { PdfFile } from './pdf-file.ts';
import { isArray, nameOf, type PdfDictionary, PdfRef, PdfStream, type PdfValue } from './pdf-value.ts';

const maxDepth = 64;
const inherited = ['MediaBox', 'CropBox', 'Rotate', 'Resources'];

/** Reads the boxes of all pages, in order. Throws a {@link PdfFault}. */
export function readPages(file: PdfFile, catalog: PdfDictionary): PdfPageFacts[] {
  const pages: PdfPageFacts[] = [];
  visitPages(file, catalog, (_, attributes) => pages.push(readPage(file, attributes)));
  return pages;
}

/**
 * Goes through all pages, in order: the number of a page's object, and its entries with those that it inherits.
 * Throws a {@link PdfFault}.
 */
export function visitPages(
  file: PdfFile,
  catalog: PdfDictionary,
  visitPage: (number: number, attributes: PdfDictionary) => void,
): void {
  let count = 0;
  const seen = new Set<number>();

  const visit = (node: PdfValue | undefined, above: PdfDictionary, depth: number): void => {
    if (!(node instanceof PdfRef) || seen.has(node.number)) throw new PdfFault('its pages are in disorder');
    if (depth > maxDepth) throw new PdfFault('its pages are nested too deep');
    seen.add(node.number);
    const own = file.dictionary(node, 'a page');
    const attributes = new Map([...above, ...own]);
    if (!own.has('Kids') && nameOf(file.resolve(own.get('Type'))) !== 'Pages') {
      if (count === pdfLimits.pages) throw new PdfFault('it has too many pages');
      count += 1;
      visitPage(node.number, attributes);
      return;
    }
    const before = count;
    const kids = file.resolve(own.get('Kids'));
    if (!isArray(kids)) throw new PdfFault('its pages are in disorder');
    const passedOn = new Map([...attributes].filter(([key]) => inherited.includes(key)));
    for (const kid of kids) visit(kid, passedOn, depth + 1);
    if (file.resolve(own.get('Count')) !== count - before) throw new PdfFault('it miscounts its pages');
  };

  visit(catalog.get('Pages'), new Map(), 0);
}

function readPage(file: PdfFile, attributes: PdfDictionary): PdfPageFacts {
  const box = (key: string): PdfBox | undefined => {
    const value = file.resolve(attributes.get(key));
    return value === null ? undefined : toBox(file, value);
  };
  const mediaBox = box('MediaBox');
  if (mediaBox === undefined) throw new PdfFault('a page has no size');
  const cropBox = box('CropBox') ?? mediaBox;
  const rotation = file.resolve(attributes.get('Rotate')) ?? 0;
  if (typeof rotation !== 'number' || rotation % 90 !== 0) throw new PdfFault('a page is turned by an odd angle');
  const userUnit = file.resolve(attributes.get('UserUnit')) ?? 1;
  if (typeof userUnit !== 'number') throw new PdfFault('a page has no size');
  const annotations = file.resolve(attributes.get('Annots'));
  return {
    mediaBox,
    cropBox,
    userUnit,
    drawn: checkContents(file, file.resolve(attributes.get('Contents'))),
    annotated: isArray(annotations) && annotations.length > 0,
    bleedBox: box('BleedBox') ?? cropBox,
    trimBox: box('TrimBox') ?? cropBox,
    rotation: ((rotation % 360) + 360) % 360,
  };
}

/** Sees that all that is drawn on a page can be read; returns whether there is something. */
function checkContents(file: PdfFile, contents: PdfValue): boolean {
  if (contents === null) return false;
  const parts = isArray(contents) ? contents.map((part) => file.resolve(part)) : [contents];
  for (const part of parts) {
    if (!(part instanceof PdfStream)) throw new PdfFault('what is drawn on a page is missing');
    file.checkPacking(part);
  }
  return parts.length > 0;
}

/** Any two opposite corners make a box. */
function toBox(file: PdfFile, value: PdfValue): PdfBox {
  const numbers = isArray(value) ? value.map((item) => file.resolve(item)) : [];
  const [x1, y1, x2, y2] = numbers;
  if (
    numbers.length !== 4 ||
    typeof x1 !== 'number' ||
    typeof y1 !== 'number' ||
    typeof x2 !== 'number' ||
    typeof y2 !== 'number'
  ) {
    throw new PdfFault('a page has a box that is none');
  }
  return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
}
