import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { onePage, pdfOfObjects, streamOf, temporaryFile } from '../../test/fixtures/pdf-of-objects.ts';
import { PdfBytes } from './pdf-bytes.ts';
import { PdfFault } from './pdf-fault.ts';
import { PdfFile } from './pdf-file.ts';
import { PdfReader } from './pdf-reader.ts';
import { Pdfium } from './pdfium.ts';
import { readPdfTwice } from './read-pdf-twice.ts';

const pdfium = await Pdfium.load();

async function openTemporary(content: Buffer): Promise<number> {
  const descriptor = openSync(await temporaryFile(content), 'r+');
  onTestFinished(() => closeSync(descriptor));
  return descriptor;
}

const readPages = async (content: Buffer, { by = pdfium, password = '' } = {}) =>
  by.readPages(new PdfBytes(await openTemporary(content)), password);

it('finds the boxes that a page has, and what the standard says of those that it has not', async () => {
  const boxes = '/CropBox [1 2 98 48] /BleedBox [3 4 97 47] /TrimBox [5.5 6.25 95 45] /Rotate -90';
  await expect(readPages(pdfOfObjects(onePage(boxes)))).resolves.toEqual([
    {
      mediaBox: [0, 0, 100, 50],
      cropBox: [1, 2, 98, 48],
      bleedBox: [3, 4, 97, 47],
      trimBox: [5.5, 6.25, 95, 45],
      rotation: 270,
    },
  ]);
  const [crop, media] = [
    [1, 2, 98, 48],
    [0, 0, 100, 50],
  ];
  await expect(readPages(pdfOfObjects(onePage('/CropBox [1 2 98 48]')))).resolves.toEqual([
    { mediaBox: media, cropBox: crop, bleedBox: crop, trimBox: crop, rotation: 0 },
  ]);
  await expect(readPages(pdfOfObjects(onePage()))).resolves.toEqual([
    { mediaBox: media, cropBox: media, bleedBox: media, trimBox: media, rotation: 0 },
  ]);
});

// PDFium keeps a password on its stack.
const tooLong = 'x'.repeat(20_000_000);

it('has to be replaced when it fails on a file', async () => {
  const failures = [
    async (by: Pdfium) => {
      await expect(readPages(randomBytes(5000), { by })).rejects.toThrow(
        new PdfFault('PDFium does not take it for a PDF'),
      );
    },
    async (by: Pdfium) => {
      const ends = readPages(pdfOfObjects(onePage()), { by, password: tooLong });
      await expect(ends).rejects.toThrow(
        expect.toSatisfy((error) => error instanceof PdfFault && /ends on it/.test(error.message)),
      );
    },
    async (by: Pdfium) => {
      const content = pdfOfObjects(onePage('', { 4: streamOf('x'.repeat(50_000)) }));
      const failing = new PdfBytes(openSync(await temporaryFile(content), 'r'));
      // Only the disk fails: where the table of objects is, it has read.
      failing.read(failing.size - 1, 1);
      closeSync(failing.descriptor);
      expect(() => by.readPages(failing, '')).toThrow(expect.objectContaining({ code: 'EBADF' }));
    },
  ];
  for (const fail of failures) {
    const one = await Pdfium.load();
    expect(one.isSpent).toBe(false);
    await fail(one);
    expect(one.isSpent).toBe(true);
  }
});

it('is replaced in its thread, so that the next file is read', async () => {
  const reader = new PdfReader();
  onTestFinished(() => reader.close());
  const descriptor = await openTemporary(pdfOfObjects(onePage()));
  const { signal } = new AbortController();

  await expect(reader.read(descriptor, signal, { password: tooLong })).rejects.toThrow(/PDFium ends on it/);
  await expect(reader.read(descriptor, signal)).resolves.toMatchObject({ pages: [{ rotation: 0 }] });
});

it.each([
  // After the first is read, its page is exchanged: as if the two took different objects for it.
  { what: 'another size', exchange: (page: string) => page.replace('100 50', '100 60') },
  { what: 'another trim box', exchange: (page: string) => page.replace('[5 5', '[5 6') },
  { what: 'another rotation', exchange: (page: string) => page.replace('/Rotate 0  ', '/Rotate 180') },
])('refuses a PDF in which it finds a page with $what', async ({ exchange }) => {
  const content = pdfOfObjects(onePage('/TrimBox [5 5 95 45] /Rotate 0  '));
  const other = Buffer.from(exchange(String(content)));
  expect(other).toHaveLength(content.length);
  const file = new PdfFile(await openTemporary(content));
  const sees = { readPages: () => pdfium.readPages(new PdfBytes(otherDescriptor), '') } as unknown as Pdfium;
  const otherDescriptor = await openTemporary(other);

  expect(() => readPdfTwice(file, sees, '')).toThrow('PDFium finds another page 1 in it');
});

it('reads a PDF of 3 GiB, and leaves one of 5 GiB, which is longer than it can tell, to our own reader', async () => {
  for (const gib of [3, 5]) {
    const descriptor = openSync(await temporaryFile(Buffer.alloc(0)), 'r+');
    try {
      writeLongPdf(descriptor, gib * 1024 ** 3);
      expect(readPdfTwice(new PdfFile(descriptor), pdfium, '').pages).toMatchObject([{ trimBox: [0, 0, 100, 50] }]);
    } finally {
      closeSync(descriptor);
    }
  }
});

/** A PDF of so many bytes, nearly all of which are one hole, in a stream. */
function writeLongPdf(descriptor: number, holeBytes: number): void {
  const first = `%PDF-1.4\n4 0 obj\n<< /Length ${holeBytes} >>\nstream\n`;
  writeSync(descriptor, first, 0);
  let position = first.length + holeBytes;
  ftruncateSync(descriptor, position);
  const write = (text: string) => {
    const at = position;
    position += writeSync(descriptor, text, position);
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  };
  write('\nendstream\nendobj\n');
  const entries = Object.entries(onePage()).map(([number, object]) => write(`${number} 0 obj\n${object}\nendobj\n`));
  const stream = `${String('%PDF-1.4\n'.length).padStart(10, '0')} 00000 n \n`;
  const table = position;
  write(`xref\n0 5\n0000000000 65535 f \n${entries.join('')}${stream}`);
  write(`trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
}
