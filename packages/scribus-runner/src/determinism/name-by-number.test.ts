import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { pdfOfObjects, streamOf, temporaryFile } from '../../test/fixtures/pdf-of-objects.ts';
import { PdfReader } from '../pdf/pdf-reader.ts';
import { checkPdf } from '../truth-check/check-pdf.ts';
import { pinPdf } from './pin-pdf.ts';

const reader = new PdfReader();
afterAll(() => reader.close());
const { signal } = new AbortController();

/** A page that shows two things of its master page, which Scribus had at these addresses. */
function written(first: string, second: string): Buffer {
  const names = [`master_page_obj_1_${first}`, `master_page_obj_1_${second}`] as const;
  const content = `q\n/${names[0]} Do\n/${names[1]} Do\n/other_1_2 Do\nQ`;
  const packed = deflateSync(content).toString('latin1');
  const resources = [`/${names[0]} 4 0 R`, `/${names[1]} 5 0 R`].toSorted().join('\n');
  const form = '/Type /XObject /Subtype /Form /BBox [0 0 9 9]';
  return pdfOfObjects({
    1: '<< /Type /Catalog /Pages 2 0 R >>',
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources 7 0 R >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 50] /Contents 6 0 R >>',
    4: streamOf('first', form),
    5: streamOf('second', form),
    6: streamOf(packed, '/Filter /FlateDecode'),
    7: `<< /XObject <<\n/other_1_2 4 0 R\n${resources}\n>> >>`,
  });
}

async function pinned(content: Buffer): Promise<{ readonly path: string; readonly bytes: Buffer }> {
  const path = await temporaryFile(content);
  await pinPdf(path, new Date(0), { reader, signal });
  return { path, bytes: await readFile(path) };
}

it('makes the same of a PDF whose names come from other addresses, of another length and order', async () => {
  const { path, bytes } = await pinned(written('3904768217', '812185990'));

  expect((await pinned(written('112185990', '2748808093'))).bytes).toEqual(bytes);
  const expected = { pages: [{ widthPt: 100, heightPt: 50 }], password: '' };
  await expect(checkPdf(path, expected, { reader, signal })).resolves.toBeUndefined();
  expect(await readdir(dirname(path))).toEqual(['document.pdf']);
});

it('keeps what the names stand for', async () => {
  const { path, bytes } = await pinned(written('3904768217', '812185990'));

  expect(String(bytes)).toContain('/master_page_obj_1_4 4 0 R\n/master_page_obj_1_5 5 0 R\n');
  // Poppler draws what it finds, and complains about what it misses.
  const { stderr } = await promisify(execFile)('pdftoppm', ['-r', '9', path]);
  expect(stderr).not.toContain('master_page_obj');
});

it('leaves a PDF without such names alone', async () => {
  const content = Buffer.from(
    written('1', '2').toString('latin1').replaceAll('master_page_obj', 'artist_page_obj'),
    'latin1',
  );
  const path = await temporaryFile(content);
  await pinPdf(path, new Date(0), { reader, signal });
  expect(await readFile(path)).toEqual(content);
});
