import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { commonestInPng, commonestInPpm, type Rgb } from '../fixtures/commonest-colour.ts';
import { documentOf, threePagesWith } from '../fixtures/documents.ts';
import { onePage, pdfOfObjects, streamOf } from '../fixtures/pdf-of-objects.ts';
import { openRendererForTest } from './open-renderer.ts';

const run = promisify(execFile);
const documentCount = 40;

/** At least 80 apart in one of the three, and none white. */
const colours: readonly Rgb[] = Array.from({ length: documentCount }, (_, index) => [
  80 * ((index + 1) % 4),
  80 * (Math.floor((index + 1) / 4) % 4),
  80 * Math.floor((index + 1) / 16),
]);
const inUnits = (colour: Rgb): string => colour.map((value) => (value / 255).toFixed(4)).join(' ');

const epsOf = (colour: Rgb): string => `%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 60 60
%%EndComments
${inUnits(colour)} setrgbcolor 0 0 60 60 rectfill
showpage
%%EOF
`;
const pdfOf = (colour: Rgb): Buffer =>
  pdfOfObjects(onePage('/Contents 4 0 R', { 4: streamOf(`${inUnits(colour)} rg 0 0 100 50 re f`) }));

// Scribus converts both through files of fixed names in its HOME: with one HOME for all, each shows another's image.
it.each([
  { kind: 'EPS', file: 'own.eps', imageOf: epsOf },
  { kind: 'PDF', file: 'own.pdf', imageOf: pdfOf },
])('shows each of 40 documents at once its own $kind image', { timeout: 180_000 }, async ({ file, imageOf }) => {
  const { render } = await openRendererForTest({ slots: 4 });
  const text = threePagesWith('PFILE="red.png"', `PFILE="${file}"`).replace('SCALETYPE="0"', 'SCALETYPE="1"');
  const renditions = [
    { kind: 'png', pages: [1], dpi: 72 },
    { kind: 'pdf', pages: [1], options: { compression: 'zip' } },
  ] as const;

  const shown = await Promise.all(
    colours.map(async (colour) => {
      const { scratch } = await render(documentOf(text, { [file]: imageOf(colour) }), { renditions });
      const [png, pdf] = ['page-0001.png', 'document.pdf'].map((name) => join(scratch.outputDirectory, name));
      const { stdout: ppm } = await run('pdftoppm', ['-r', '72', pdf as string], { encoding: 'buffer' });
      return { png: commonestInPng(await readFile(png as string)), pdf: commonestInPpm(ppm) };
    }),
  );

  expect(shown).toEqual(colours.map((colour) => ({ png: like(colour), pdf: like(colour) })));
});

/** What conversions between colour spaces leave of a colour. */
const like = (colour: Rgb) => colour.map((value) => expect.closeTo(value, -1.4));
