import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PdfPart } from '@pubpipe/core';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openRenderer, type RendererUnderTest } from '../integration/open-renderer.ts';
import { readPdf } from '../integration/read-pdf.ts';
import { readWithQpdf } from './inspect-pdf.ts';
import { layeredPages, linkedPages, otherPages, renderPart, shiftedPages } from './render-parts.ts';

let renderer: RendererUnderTest;
beforeAll(async () => {
  renderer = await openRenderer();
});
afterAll(() => renderer.close());

/** Joins parts into a file that goes with the running test. */
async function joinForTest(parts: readonly PdfPart[]) {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'pubpipe-join-test-')));
  onTestFinished(() => rm(directory, { recursive: true }));
  const output = join(directory, 'joined.pdf');
  const result = await createPdfJoiner().join({ parts, output });
  return { ...result, output, pdf: readWithQpdf(output) };
}
const press = {
  profile: 'pdf/x-3',
  options: { outputIntent: { profile: 'ISO Coated v2 300% (basICColor)' } },
} as const;

it('joins documents: their words and boxes, a bookmark each, fonts and pictures of all of them once', async () => {
  const documents = [shiftedPages(125), shiftedPages(130), otherPages(), shiftedPages(140)];
  const paths: string[] = [];
  for (const document of documents) paths.push(await renderPart(renderer, document));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));

  const parts = paths.map((path, index) => ({ path, title: `Nr. ${index + 1}` }));
  const { pageCount, byteSize, output, pdf } = await joinForTest(parts);

  expect(pageCount).toBe(12);
  expect(pdf.bookmarks).toEqual([1, 4, 7, 10].map((page, index) => ({ title: `Nr. ${index + 1}`, page })));
  // The third has a subset of other letters.
  expect(pdf.countTargets('/FontFile', '/FontFile2', '/FontFile3')).toBe(2);
  expect(byteSize).toBeLessThan(0.6 * sizes.reduce((sum, size) => sum + size));
  const words = execFileSync('pdftotext', ['-layout', output, '-'], { encoding: 'utf8' });
  expect(words.match(/First|Second|Third|Zebra/g)?.join(' ')).toBe(
    'First Second Third First Second Third Zebra Second Third First Second Third',
  );
  expect(readPdf(output).info).toMatchObject({ Pages: '12', CreationDate: 'Sat Jan  1 00:00:00 2000 UTC' });
});

it('keeps the marker of PDF/X and the output intent, whose profile is there once, and the bleed', async () => {
  const path = await renderPart(renderer, layeredPages(), press);
  const other = await renderPart(renderer, layeredPages({ hidden: true }), press);

  const { output, pdf, byteSize } = await joinForTest([{ path }, { path: other }]);

  const { info, boxes } = readPdf(output);
  expect(info).toMatchObject({ 'PDF version': '1.3', 'PDF subtype': 'PDF/X-3:2002', Pages: '4' });
  expect(boxes).toEqual(readPdf(path).boxes);
  expect(pdf.information).toMatchObject({ '/Trapped': '/False', '/GTS_PDFXVersion': 'u:PDF/X-3:2002' });
  expect(pdf.countTargets('/DestOutputProfile')).toBe(1);
  expect(byteSize).toBeLessThan(1.1 * (await stat(path)).size);
});

it('claims nothing that not all parts claim', async () => {
  const path = await renderPart(renderer, layeredPages(), press);
  const plain = await renderPart(renderer, layeredPages(), { profile: 'print' });

  for (const parts of [
    [path, plain],
    [plain, path],
  ]) {
    const { pdf } = await joinForTest(parts.map((part) => ({ path: part })));
    expect(pdf.information).not.toHaveProperty('/GTS_PDFXVersion');
    expect(pdf.catalog).not.toHaveProperty('/OutputIntents');
  }
});

it('writes XMP metadata of its own for PDF/X-4', async () => {
  const path = await renderPart(renderer, layeredPages(), { ...press, profile: 'pdf/x-4' });

  const { output } = await joinForTest([{ path }, { path }]);

  const xmp = execFileSync('pdfinfo', ['-meta', output], { encoding: 'utf8' });
  expect(xmp).toMatch(/<pdfxid:GTS_PDFXVersion>PDF\/X-4</);
  expect(xmp).toMatch(/<xmp:ModifyDate>2000-01-01T00:00:00Z</);
});

it('lets links lead to where they led', async () => {
  const path = await renderPart(renderer, linkedPages());

  const { pdf } = await joinForTest([{ path }, { path }]);

  const targets = pdf.pages.map((page) => {
    const [annotation] = (pdf.resolve(page['/Annots']) ?? []) as readonly string[];
    const link = (pdf.resolve(annotation) ?? {}) as Readonly<Record<string, string>>;
    const action = (pdf.resolve(link['/A']) ?? {}) as Readonly<Record<string, string>>;
    const destination = pdf.resolve(link['/Dest'] ?? action['/D']) as readonly string[] | null;
    return pdf.pageOf(destination?.[0]);
  });
  expect(targets).toEqual([3, undefined, undefined, 6, undefined, undefined]);
});

it('makes layers that are shown alike one, and hides what was hidden', async () => {
  const options = { options: { layers: true, pdfVersion: '1.5' } } as const;
  const shown = await renderPart(renderer, layeredPages(), options);
  const hidden = await renderPart(renderer, layeredPages({ hidden: true }), options);

  const { pdf } = await joinForTest([shown, hidden, shown].map((path) => ({ path })));

  const properties = pdf.catalog['/OCProperties'] as { readonly '/OCGs': readonly string[]; readonly '/D': object };
  const names = (references: readonly string[]) =>
    references.map((reference) => (pdf.resolve(reference) as Readonly<Record<string, string>>)['/Name']);
  expect(names(properties['/OCGs'])).toEqual(['u:Background', 'u:Die line', 'u:Die line']);
  const { '/OFF': off } = properties['/D'] as { readonly '/OFF': readonly string[] };
  expect(names(off)).toEqual(['u:Die line']);
  expect(off).toEqual([properties['/OCGs'][2]]);
});
