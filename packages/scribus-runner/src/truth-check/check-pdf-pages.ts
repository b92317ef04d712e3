import type { PdfBox, PdfPageFacts } from '../pdf/pdf-facts.ts';
import type { PageSize } from '../protocol/answer.ts';
import type { ExpectedPdf, PdfBleed } from './expected-pdf.ts';
import { mismatch } from './mismatch.ts';

const sizeTolerancePt = 1;
// Scribus writes boxes with five decimals, but computes millimetres with fewer.
const bleedTolerancePt = 0.1;

/**
 * Checks number, size, rotation, bleed and sheet of the pages.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` naming the page.
 */
export function checkPdfPages(pages: readonly PdfPageFacts[], expected: ExpectedPdf): void {
  if (pages.length !== expected.pages.length) {
    throw mismatch(
      `The PDF has ${pages.length} pages instead of ${expected.pages.length}.`,
      { pageCount: expected.pages.length },
      { pageCount: pages.length },
    );
  }
  for (const [index, page] of pages.entries()) {
    const asked = expected.pages[index];
    if (asked === undefined) continue;
    checkSize(index + 1, page, asked, expected);
    checkNesting(index + 1, page);
    if (expected.bleed !== undefined) checkBleed(index + 1, page, expected.bleed);
    if (expected.marks === false) checkSheet(index + 1, page);
  }
}

function checkSize(number: number, page: PdfPageFacts, asked: PageSize, { rotation }: ExpectedPdf): void {
  if (rotation !== undefined && page.rotation !== rotation) {
    throw mismatch(
      `Page ${number} of the PDF is turned by ${page.rotation}° instead of ${rotation}°.`,
      { page: number, rotation },
      { page: number, rotation: page.rotation },
    );
  }
  const [left, bottom, right, top] = page.trimBox;
  const [widthPt, heightPt] = [round(right - left), round(top - bottom)];
  const fits = (a: number, b: number) => near(a, asked.widthPt) && near(b, asked.heightPt);
  const turned = rotation === undefined && page.rotation % 180 !== 0;
  if (fits(widthPt, heightPt) || (turned && fits(heightPt, widthPt))) return;
  throw mismatch(
    `Page ${number} of the PDF is ${widthPt} × ${heightPt} pt instead of ${asked.widthPt} × ${asked.heightPt} pt.`,
    { page: number, ...asked },
    { page: number, widthPt, heightPt },
  );
}

/** The sheet holds the bleed, which holds the page. */
function checkNesting(number: number, { mediaBox, bleedBox, trimBox }: PdfPageFacts): void {
  if (holds(mediaBox, bleedBox) && holds(bleedBox, trimBox)) return;
  throw mismatch(
    `Page ${number} of the PDF has boxes that don't hold each other.`,
    'a trim box in a bleed box in a media box',
    { page: number, mediaBox, bleedBox, trimBox },
  );
}

function checkBleed(number: number, { bleedBox, trimBox }: PdfPageFacts, asked: PdfBleed): void {
  const got: PdfBleed = {
    top: round(bleedBox[3] - trimBox[3]),
    right: round(bleedBox[2] - trimBox[2]),
    bottom: round(trimBox[1] - bleedBox[1]),
    left: round(trimBox[0] - bleedBox[0]),
  };
  const same = (left: number, right: number) => close(got.left, left) && close(got.right, right);
  const sides = same(asked.left, asked.right) || same(asked.right, asked.left);
  if (sides && close(got.top, asked.top) && close(got.bottom, asked.bottom)) return;
  throw mismatch(
    `Page ${number} of the PDF has another bleed than asked.`,
    { page: number, bleed: asked },
    { page: number, bleed: got },
  );
}

function checkSheet(number: number, { mediaBox, bleedBox }: PdfPageFacts): void {
  if (mediaBox.every((edge, index) => close(edge, bleedBox[index] ?? Number.NaN))) return;
  throw mismatch(
    `Page ${number} of the PDF has room for marks, which nobody asked for.`,
    { page: number, mediaBox: bleedBox },
    { page: number, mediaBox },
  );
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= sizeTolerancePt;
const close = (a: number, b: number): boolean => Math.abs(a - b) <= bleedTolerancePt;
const round = (points: number): number => Math.round(points * 100) / 100;
const holds = (outer: PdfBox, inner: PdfBox): boolean =>
  outer[0] <= inner[0] + bleedTolerancePt &&
  outer[1] <= inner[1] + bleedTolerancePt &&
  outer[2] >= inner[2] - bleedTolerancePt &&
  outer[3] >= inner[3] - bleedTolerancePt;
