import { open } from 'node:fs/promises';
import type { PdfBox, PdfFacts, PdfPageFacts } from '../pdf/pdf-facts.ts';
import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfReader } from '../pdf/pdf-reader.ts';
import { damaged } from '../truth-check/check-pdf.ts';
import { mismatch } from '../truth-check/mismatch.ts';

const tolerancePt = 0.001;

/** What the parts have, and so what a joined PDF must have. */
export interface ExpectedJoin {
  readonly pages: readonly PdfPageFacts[];
  /** Names of fonts, and whether they are embedded. */
  readonly fonts: ReadonlySet<string>;
  readonly spotColours: ReadonlySet<string>;
  readonly layered: boolean;
  /** Whether all parts have the same output intents, and some. */
  readonly hasOutputIntents: boolean;
}

/**
 * Checks that a joined PDF is whole and has all pages of its parts, as they were there. Our own reader sees every object
 * that the pages use; PDFium must find the same pages.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is not.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function checkJoinedPdf(
  path: string,
  expected: ExpectedJoin,
  { reader, signal }: { readonly reader: PdfReader; readonly signal: AbortSignal },
): Promise<void> {
  const file = await open(path);
  try {
    // Each part was bounded; together they may be long, and take the time that there is.
    const unpackedBytes = Number.POSITIVE_INFINITY;
    const facts = await reader.read(file.fd, signal, { unpackedBytes }).catch((error: unknown) => {
      throw error instanceof PdfFault ? damaged(error) : error;
    });
    comparePages(facts.pages, expected.pages);
    compareContent(facts, expected);
  } finally {
    await file.close();
  }
}

/** A font, told from others. */
export const fontKey = ({ name, embedded }: PdfFacts['fonts'][number]): string => `${name} ${embedded}`;

function comparePages(pages: readonly PdfPageFacts[], expected: readonly PdfPageFacts[]): void {
  if (pages.length !== expected.length) {
    throw mismatch(
      `The joined PDF has ${pages.length} pages, and its parts have ${expected.length}.`,
      { pageCount: expected.length },
      { pageCount: pages.length },
    );
  }
  const differs = expected.findIndex((page, index) => !isSamePage(page, pages[index]));
  if (differs === -1) return;
  throw mismatch(`Page ${differs + 1} of the joined PDF is not as in its part.`, expected[differs], pages[differs]);
}

function isSamePage(a: PdfPageFacts, b: PdfPageFacts | undefined): boolean {
  if (b === undefined) return false;
  const sameBoxes = (['mediaBox', 'bleedBox', 'trimBox', 'cropBox'] as const).every((box) => isNear(a[box], b[box]));
  return (
    sameBoxes &&
    a.rotation === b.rotation &&
    a.userUnit === b.userUnit &&
    a.drawn === b.drawn &&
    a.annotated === b.annotated
  );
}

const isNear = (a: PdfBox, b: PdfBox): boolean =>
  a.every((edge, index) => Math.abs(edge - (b[index] ?? Number.NaN)) <= tolerancePt);

function compareContent(facts: PdfFacts, expected: ExpectedJoin): void {
  const { fonts, spotColours, layered, encrypted } = facts;
  const missing = [...without(expected.fonts, fonts.map(fontKey)), ...without(expected.spotColours, spotColours)];
  const hasOutputIntents = facts.outputIntents.length > 0;
  const isAlike = layered === expected.layered && hasOutputIntents === expected.hasOutputIntents;
  if (missing.length === 0 && isAlike && !encrypted) return;
  throw mismatch(
    'The joined PDF has not all that its parts have.',
    { missing: missing.slice(0, 100), layered: expected.layered, hasOutputIntents: expected.hasOutputIntents },
    { layered, hasOutputIntents, encrypted },
  );
}

function without(expected: ReadonlySet<string>, found: readonly string[]): readonly string[] {
  const there = new Set(found);
  return [...expected].filter((item) => !there.has(item));
}
