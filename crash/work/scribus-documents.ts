import { readFileSync } from 'node:fs';

const threePages = readFileSync(
  new URL('../../packages/scribus-runner/test/fixtures/three-pages.sla', import.meta.url),
  'utf8',
);

/** How many different documents there are for Scribus: each is rendered once before, to know what must come out. */
export const scribusDocuments = 5;

/** A document of three pages that Scribus renders. Orders share them. */
export function scribusDocumentOf(seed: number, order: number): Uint8Array {
  const greeting = `Order ${seed}-${order % scribusDocuments}`;
  // The picture would have to lie beside it.
  return Buffer.from(threePages.replace('First page', greeting).replace('PFILE="red.png"', 'PFILE=""'));
}
