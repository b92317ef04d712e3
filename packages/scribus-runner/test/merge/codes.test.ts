import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Renderer } from '@pubpipe/core';
import type { MergedDocument } from '@pubpipe/scribus-runner/merge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leavesOutScribusRoot } from '../../../../test/kit/scribus-root.ts';
import { openRenderer, openRendererForTest, type RendererUnderTest } from '../integration/open-renderer.ts';
import { readPdf } from '../integration/read-pdf.ts';
import { openScribus16 } from '../integration/scribus-installations.ts';
import { inOrder, openMerge, wordsOf } from './open-merge.ts';
import { readCodes, readDrawing } from './read-codes.ts';

let opened: RendererUnderTest;
let renderer: Renderer;
beforeAll(async () => {
  opened = await openRenderer({ slots: 2 });
  renderer = opened.renderer;
});
afterAll(() => opened.close());

function pdfOf(document: MergedDocument | undefined): string {
  if (document?.status !== 'rendered') throw document?.error ?? new Error('There is no such document.');
  return join(document.directory, 'document.pdf');
}
const url = 'https://example.org/grüße/🦊?q=שלום^x';
const long = 'Ein Text mit Umlauten äöü, 1.000 Zeichen lang. '.repeat(30).slice(0, 1000);
const header = 'url,long,sku,ean,carton,plain,isbn';
const row = `${url},"${long}",SKU-4711/b,978156581231,0951234567890,CODE 39,978-1-56581-231-4`;

it('draws codes that a reader reads: turned, coloured, tiny, in a group and on a master page', async () => {
  const { merge } = await openMerge(renderer, 'codes.sla');

  const [document] = await inOrder(
    await merge(`${header}\n${row}\n`, {
      renditions: [{ kind: 'pdf', profile: 'print' }],
    }),
  );

  const pdf = pdfOf(document);
  const codes = await readCodes(pdf);
  const read = codes.map(({ format, text }) => `${format} ${text}`).toSorted();
  expect(read).toEqual(
    [
      ...Array.from({ length: 3 }, () => `QRCode ${url}`),
      `QRCode ${long}`,
      'Code128 SKU-4711/b',
      'Code128 SKU-4711/b',
      'EAN13 9781565812314',
      'EAN13 9781565812314',
      'ITF 09512345678901',
      'Code39 CODE 39',
      'DataMatrix SKU-4711/b',
      'Aztec SKU-4711/b',
      `PDF417 ${long}`,
    ].toSorted(),
  );
  const levels = codes.filter(({ format }) => format === 'QRCode').map(({ errorCorrection }) => errorCorrection);
  // The encoder takes a higher level where it needs no larger symbol.
  expect(new Set(levels)).toEqual(new Set(['Q', 'H', 'L']));
  const { image, fonts, bytes } = readPdf(pdf);
  expect({ image, fonts, words: wordsOf(pdf) }).toEqual({ image: undefined, fonts: [], words: '' });
  expect(/\/Subtype\s*\/Image/.test(bytes)).toBe(false);
  // The colours of the document: black alone, a mixture, the fill behind it, and a spot colour.
  const operators = new Set(readDrawing(pdf).match(/[\d.]+ [\d.]+ [\d.]+ [\d.]+ k\b/g));
  expect([...operators].toSorted()).toEqual([
    '0.00000 0.00000 0.00000 1.00000 k',
    '0.00000 0.00000 0.15686 0.00000 k',
    '0.47059 1.00000 0.00000 0.23529 k',
  ]);
  expect(bytes.includes('/House#20Blue')).toBe(true);
  expect(document?.status === 'rendered' && document.notes).toEqual([
    {
      kind: 'small-code',
      record: 1,
      column: 'long',
      message: expect.stringMatching(/pdf417 code in "card" with modules of 0\.2\d+ mm/),
    },
  ]);
});

it('fails a record whose value is no such code, and leaves out what is empty', async () => {
  const { merge } = await openMerge(renderer, 'codes.sla');
  const rows = [
    ',,,,,,',
    ',,,9781565812313,,,',
    ',,,97815658123x,,,',
    ',,ünknown,,,,',
    `"${'x'.repeat(2990)}",,,,,,`,
    ',,,,,lower case,',
  ];

  const documents = await inOrder(await merge(`${header}\n${rows.join('\n')}\n`));

  expect(await readCodes(pdfOf(documents[0]))).toEqual([]);
  const reasons = documents.slice(1).map((document) => {
    if (document.status !== 'failed') throw new Error('It did not fail.');
    const { code, message, details } = document.error;
    return { code, message, reason: details['reason'], column: details['column'] };
  });
  const failed = (column: string, says: RegExp) => ({
    code: 'RECORD_INVALID',
    reason: 'code',
    column,
    message: expect.stringMatching(says),
  });
  expect(reasons).toEqual([
    failed('ean', /ean13 code of "retail": it is refused: Incorrect EAN-13 check digit/),
    failed('ean', /characters that such a code does not have/),
    failed('sku', /code128 code of "spot".*characters that such a code does not have/),
    failed('url', /qr code of "master": it is refused/),
    failed('plain', /code39 code of "plain": it is refused: Code 39 must contain only/),
  ]);
});

it('draws the codes of several records on a page', async () => {
  const { merge, inputDirectory } = await openMerge(renderer, 'codes.sla');
  const template = join(inputDirectory, 'codes.sla');
  const text = await readFile(template, 'utf8');
  // What the first record has stands before the frame with the mark.
  await writeFile(template, text.replace('%BARCODE:aztec_sku%', '%SG_NEXT-RECORD%%BARCODE:aztec_sku%'));

  const documents = await inOrder(await merge('url,sku\nu1,s1\nu2,s2\nu3,s3\n'));

  const read = await Promise.all(documents.map(async (document) => await readCodes(pdfOf(document))));
  const textsOf = (codes: (typeof read)[number]) => [...new Set(codes.map((code) => code.text))].toSorted();
  expect(read.map(textsOf)).toEqual([
    ['s1', 's2', 'u1'],
    ['s3', 'u3'],
  ]);
});

/** A value of each symbology that the reader knows, and what it reads: of PZN what is in its Code 39, of UPC the EAN. */
const samples: Readonly<Record<string, readonly [value: string, read: string]>> = {
  microqr: ['12345', 'MicroQRCode 12345'],
  gs1qr: ['(01)09521234543213(10)A-1', 'QRCode (01)09521234543213(10)A-1'],
  'datamatrix,rectangle': ['R 1', 'DataMatrix R 1'],
  gs1datamatrix: ['(01)09521234543213(17)301231', 'DataMatrix (01)09521234543213(17)301231'],
  aztec: ['Größe ✓', 'Aztec Größe ✓'],
  datamatrix: ['Größe ✓', 'DataMatrix Größe ✓'],
  'gs1-128': ['(01)09521234543213', 'Code128 (01)09521234543213'],
  sscc18: ['(00)09521234000000000', 'Code128 (00)095212340000000006'],
  'code39,check': ['AB12', 'Code39 AB12O'],
  code93: ['CODE 93', 'Code93 CODE 93'],
  codabar: ['A1234B', 'Codabar A1234B'],
  'itf,check': ['1234567', 'ITF 12345670'],
  pzn: ['1234562', 'Code39 -1234562'],
  databar: ['(01)09521234543213', 'DataBarOmni (01)09521234543213'],
  'databar-limited': ['(01)09521234543213', 'DataBarLtd (01)09521234543213'],
  'databar-expanded': ['(01)09521234543213(3103)000123', 'DataBarExp (01)09521234543213(3103)000123'],
  ean8: ['9031101', 'EAN8 90311017'],
  upca: ['78858101497', 'EAN13 0788581014974'],
  upce: ['0123456', 'UPCE 0012345000065'],
};

it('draws every symbology that the reader knows, in frames of one size', async () => {
  const { merge, inputDirectory } = await openMerge(renderer, 'codes.sla');
  const template = join(inputDirectory, 'codes.sla');
  const text = await readFile(template, 'utf8');
  const [frame = ''] = /<PAGEOBJECT [^>]*ANNAME="url".*?<\/PAGEOBJECT>/s.exec(text) ?? [];
  const frames = Object.keys(samples).map((name, index) =>
    frame
      .replace(
        / XPOS="[^"]*" YPOS="[^"]*"/,
        ` XPOS="${110 + (index % 3) * 135}" YPOS="${40 + Math.floor(index / 3) * 80}"`,
      )
      .replace(/ WIDTH="[^"]*" HEIGHT="[^"]*"/, ' WIDTH="125" HEIGHT="60"')
      .replace(/ItemID="\d+"/, `ItemID="${index + 1000}"`)
      .replace('ANNAME="url"', `ANNAME="${name}"`)
      .replace('%QR_url%', `%BARCODE:${name}_v${index}%`),
  );
  const empty = text.replace(/<MASTEROBJECT .*<\/MASTEROBJECT>/s, '').replace(/<PAGEOBJECT .*<\/PAGEOBJECT>/s, '|');
  await writeFile(
    template,
    empty.replace('|', () => frames.join('\n')),
  );
  const values = Object.values(samples);

  const [document] = await inOrder(
    await merge(`${values.map((_, index) => `v${index}`).join(',')}\n${values.map(([value]) => value).join(',')}\n`),
  );

  const read = await readCodes(pdfOf(document));
  expect(read.map(({ format, text: found }) => `${format} ${found}`).toSorted()).toEqual(
    values.map(([, expected]) => expected).toSorted(),
  );
});

describe.skipIf(leavesOutScribusRoot(process.env))('Scribus 1.6 (left out by SCRIBUS_1_6_ROOT=none)', () => {
  it('draws the same', { timeout: 700_000 }, async () => {
    const { scribus } = await openScribus16();
    const { renderer: renderer16 } = await openRendererForTest({ scribus });
    const data = `${header}\n${row}\n`;
    const [usual, other] = await Promise.all(
      [renderer, renderer16].map(async (each) => {
        const { merge } = await openMerge(each, 'codes.sla');
        const [document] = await inOrder(await merge(data));
        const pdf = pdfOf(document);
        return { codes: await readCodes(pdf), producer: readPdf(pdf).info['Producer'] };
      }),
    );

    expect(other?.producer).toMatch(/1\.6\./);
    expect(other?.codes).toEqual(usual?.codes);
  });
});
