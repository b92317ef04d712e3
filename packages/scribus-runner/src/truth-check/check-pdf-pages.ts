import type { PreflightBleed } from '@pubpipe/core/driver';
import type { PdfBox, PdfPageFacts } from '../pdf/pdf-facts.ts';
import type { PageSize } from '../protocol/answer.ts';
import type { ExpectedPdf } from './expected-pdf.ts';
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
    checkWhatIsThere(index + 1, page, expected);
    checkNesting(index + 1, page);
    if (expected.bleed !== undefined) checkBleed(index + 1, page, expected.bleed);
    if (expected.marksPt !== undefined) checkSheet(index + 1, page, expected.marksPt);
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
  const { userUnit } = page;
  if (userUnit !== 1) {
    const sentence = `Page ${number} of the PDF is to be shown ${userUnit} times as large as its boxes say.`;
    throw mismatch(sentence, { page: number, userUnit: 1 }, { page: number, userUnit });
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

/** The sheet holds the bleed, which holds the page; and what viewers show of the sheet holds them too. */
function checkNesting(number: number, { mediaBox, cropBox, bleedBox, trimBox }: PdfPageFacts): void {
  if (holds(mediaBox, bleedBox) && holds(cropBox, bleedBox) && holds(bleedBox, trimBox)) return;
  throw mismatch(
    `Page ${number} of the PDF has boxes that don't hold each other.`,
    'a trim box in a bleed box in a crop box and a media box',
    { page: number, mediaBox, cropBox, bleedBox, trimBox },
  );
}

function checkWhatIsThere(number: number, { drawn, annotated }: PdfPageFacts, expected: ExpectedPdf): void {
  if (expected.drawn === true && !drawn) {
    throw mismatch(
      `Nothing is drawn on page ${number} of the PDF.`,
      { page: number, drawn: true },
      { page: number, drawn },
    );
  }
  if (expected.annotations !== 'none' || !annotated) return;
  throw mismatch(
    `Page ${number} of the PDF has links, fields or notes.`,
    { page: number, annotations: 'none' },
    { page: number, annotated },
  );
}

function checkBleed(number: number, { bleedBox, trimBox }: PdfPageFacts, asked: PreflightBleed): void {
  const got: PreflightBleed = {
    topPt: round(bleedBox[3] - trimBox[3]),
    rightPt: round(bleedBox[2] - trimBox[2]),
    bottomPt: round(trimBox[1] - bleedBox[1]),
    leftPt: round(trimBox[0] - bleedBox[0]),
  };
  const same = (left: number, right: number) => close(got.leftPt, left) && close(got.rightPt, right);
  const sides = same(asked.leftPt, asked.rightPt) || same(asked.rightPt, asked.leftPt);
  if (sides && close(got.topPt, asked.topPt) && close(got.bottomPt, asked.bottomPt)) return;
  throw mismatch(
    `Page ${number} of the PDF has another bleed than asked.`,
    { page: number, bleed: asked },
    { page: number, bleed: got },
  );
}

function checkSheet(number: number, { mediaBox, bleedBox }: PdfPageFacts, marksPt: number): void {
  const around = mediaBox.map((edge, index) => round(Math.abs(edge - (bleedBox[index] ?? Number.NaN))));
  if (around.every((widthPt) => close(widthPt, marksPt))) return;
  const room = marksPt === 0 ? 'room for marks, which nobody asked for' : 'another room for marks than it needs';
  throw mismatch(
    `Page ${number} of the PDF has ${room}.`,
    { page: number, marksPt },
    { page: number, marksPt: around, mediaBox, bleedBox },
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
