import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { PdfReader } from '../pdf/pdf-reader.ts';
import { checkPdf } from './check-pdf.ts';

const reader = new PdfReader();
afterAll(() => reader.close());

const a7 = { widthPt: 209.76, heightPt: 297.64 };

interface PageBoxes {
  readonly media: string;
  readonly trim?: string;
  readonly rotate?: number;
}

/** A PDF with these pages, nothing drawn on them: https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf */
function pdfOf(pages: readonly PageBoxes[]): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_, index) => `${index + 3} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    ...pages.map(
      ({ media, trim = media, rotate = 0 }) =>
        `<< /Type /Page /Parent 2 0 R /MediaBox [${media}] /TrimBox [${trim}] /Rotate ${rotate} >>`,
    ),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const start = text.length;
  text += `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  text += `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

async function check(content: Buffer, pages = [a7]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'check-pdf-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'document.pdf');
  await writeFile(path, content);
  const { signal } = new AbortController();
  await checkPdf(path, { pages, password: '' }, { reader, signal });
}

const media = '0 0 209.76 297.64';
const sound = pdfOf([{ media }]);

it('passes a whole PDF with the right pages', async () => {
  await expect(check(sound)).resolves.toBeUndefined();
  await expect(check(pdfOf([{ media }, { media }]), [a7, a7])).resolves.toBeUndefined();
});

it('measures pages without bleed and marks, and as they are shown', async () => {
  await expect(check(pdfOf([{ media: '0 0 260 350', trim: '25 26 234.76 323.64' }]))).resolves.toBeUndefined();
  await expect(check(pdfOf([{ media: '0 0 297.64 209.76', rotate: 90 }]))).resolves.toBeUndefined();
});

it('refuses a page of another size, and says which', async () => {
  const other = pdfOf([{ media }, { media: '0 0 209.76 300' }]);

  await expect(check(other, [a7, a7])).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
    details: { asked: { page: 2, ...a7 }, got: { page: 2, widthPt: 209.76, heightPt: 300 } },
  });
});

it('refuses a PDF with another number of pages, and says which', async () => {
  const two = pdfOf([{ media }, { media }]);

  await expect(check(two)).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
    details: { asked: { pageCount: 1 }, got: { pageCount: 2 } },
  });
  await expect(check(two, [a7, a7, a7])).rejects.toMatchObject({ details: { got: { pageCount: 2 } } });
});

it.each([
  { what: 'a PDF without pages', content: pdfOf([]) },
  { what: 'nothing', content: Buffer.alloc(0) },
  { what: 'a PDF that is cut off', content: sound.subarray(0, -20) },
  { what: 'a PDF without its header', content: sound.subarray(1) },
  { what: 'a PDF without its first objects', content: Buffer.concat([sound.subarray(0, 9), sound.subarray(60)]) },
  {
    what: 'a PDF whose table points elsewhere',
    content: Buffer.from(String(sound).replace(/startxref\n\d+/, 'startxref\n7')),
  },
  { what: 'a header and an end', content: Buffer.from('%PDF-1.4\n%%EOF\n') },
])('refuses $what', async ({ content }) => {
  await expect(check(content)).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
});
