import { execFile, execFileSync } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PdfPart, RenditionRequest } from '@pubpipe/core';
import type { AfterExport } from '@pubpipe/scribus-runner';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { expect, it } from 'vitest';
import { openRendererForTest } from '../integration/open-renderer.ts';
import { readPdf } from '../integration/read-pdf.ts';
import { inOrder, openMerge } from '../merge/open-merge.ts';
import { readWithQpdf } from './inspect-pdf.ts';

type PdfRequest = Extract<RenditionRequest, { readonly kind: 'pdf' }>;

const timeout = 120_000;
const people = 'title,name,phone,email,web,street,city\nDr.,Anna,1,a@b,w,s,c\n,Bert,2,b@c,w,s,c\n';
const profile = '/usr/share/color/icc/ghostscript/srgb.icc';

// https://ghostscript.readthedocs.io/en/latest/VectorDevices.html#creating-a-pdf-a-document
const intent = `[/_objdef {icc} /type /stream /OBJ pdfmark
[{icc} << /N 3 >> /PUT pdfmark
[{icc} (${profile}) (r) file /PUT pdfmark
[/_objdef {intent} /type /dict /OBJ pdfmark
[{intent} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {icc} /OutputConditionIdentifier (sRGB) >> /PUT pdfmark
[{Catalog} << /OutputIntents [{intent}] >> /PUT pdfmark
`;

/** Makes PDF/A-1b of a PDF, as a shop that keeps an archive does. */
const toPdfA: AfterExport = async ({ path, kind }) => {
  if (kind !== 'pdf') return;
  const definition = `${path}.ps`;
  await writeFile(definition, intent);
  const options = ['-q', '-dNOPAUSE', '-dBATCH', '-sDEVICE=pdfwrite', '-dPDFA=1', '-dPDFACompatibilityPolicy=1'];
  const colours = ['-sColorConversionStrategy=RGB', `--permit-file-read=${profile}`];
  await promisify(execFile)('gs', [...options, ...colours, `-sOutputFile=${path}.a`, definition, path]);
  await rename(`${path}.a`, path);
};

/** Merges the people, and joins what comes of them, with further parts behind it. */
async function mergeAndJoin(
  rendition: Omit<PdfRequest, 'kind'>,
  { afterExport, others = [] }: { readonly afterExport?: AfterExport; readonly others?: readonly PdfPart[] } = {},
) {
  const { renderer } = await openRendererForTest({ slots: 2, afterExport });
  const { merge, outputDirectory } = await openMerge(renderer, 'business-card.sla');
  const documents = await inOrder(await merge(people, { renditions: [{ kind: 'pdf', ...rendition }], failOn: [] }));
  const parts = documents.map((document): PdfPart => {
    if (document.status === 'failed') throw document.error;
    return { path: join(document.directory, 'document.pdf') };
  });
  const output = join(outputDirectory, 'joined.pdf');
  await createPdfJoiner().join({ parts: [...parts, ...others], output });
  const xmp = execFileSync('pdfinfo', ['-meta', output], { encoding: 'utf8' });
  const paths = documents.map(({ path }) => path);
  return { parts, paths, xmp, version: readPdf(output).info['PDF version'], ...readWithQpdf(output) };
}

it('keeps the marker of PDF/X of records that are made of one open template, and drops it beside one that has none', {
  timeout,
}, async () => {
  const press = {
    profile: 'pdf/x-4',
    options: { outputIntent: { profile: 'ISO Coated v2 300% (basICColor)' } },
  } as const;
  const plain = await mergeAndJoin({ profile: 'print' });

  const joined = await mergeAndJoin(press);
  const mixed = await mergeAndJoin(press, { others: plain.parts });

  expect(joined.paths).toEqual(['fast', 'fast']);
  expect(joined.xmp).toMatch(/<pdfxid:GTS_PDFXVersion>PDF\/X-4</);
  expect(joined.countTargets('/DestOutputProfile')).toBe(1);
  expect(mixed.xmp).not.toContain('pdfxid');
  expect(mixed.catalog).not.toHaveProperty('/OutputIntents');
});

it('keeps the marker of PDF/A that afterExport makes of each record, and drops it beside one that has none', {
  timeout,
}, async () => {
  const plain = await mergeAndJoin({});

  const joined = await mergeAndJoin({}, { afterExport: toPdfA });
  const mixed = await mergeAndJoin({}, { afterExport: toPdfA, others: plain.parts });

  expect(joined.version).toBe('1.4');
  expect(joined.xmp).toMatch(/<pdfaid:part>1</);
  expect(joined.xmp).toMatch(/<pdfaid:conformance>B</);
  expect(joined.countTargets('/DestOutputProfile')).toBe(1);
  expect(mixed.xmp).not.toContain('pdfaid');
  expect(mixed.catalog).not.toHaveProperty('/OutputIntents');
});
