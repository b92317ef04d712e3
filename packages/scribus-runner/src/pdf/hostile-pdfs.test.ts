import { open } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { onePage, type PdfObjects, pdfOfObjects, streamOf, temporaryFile } from '../../test/fixtures/pdf-of-objects.ts';
import { PdfFault } from './pdf-fault.ts';
import { PdfReader } from './pdf-reader.ts';

const reader = new PdfReader();
afterAll(() => reader.close());

async function read(content: Buffer, by = reader) {
  const file = await open(await temporaryFile(content));
  try {
    return await by.read(file.fd, new AbortController().signal);
  } finally {
    await file.close();
  }
}

const pages = (node: string, more: PdfObjects = {}): PdfObjects => onePage('', { 2: node, ...more });
const doubling: PdfObjects = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [
    index + 2,
    index === 39 ? '<< /Type /Page /MediaBox [0 0 9 9] >>' : `<< /Kids [${index + 3} 0 R ${index + 3} 0 R] /Count 2 >>`,
  ]),
);

/** A PDF whose table, and whose pages, are packed. */
function packedPdf(packed: Buffer, filter: string, rowBytes = '1 4 1'): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.5\n')];
  const offsets: number[] = [];
  const position = () => parts.reduce((length, part) => length + part.length, 0);
  const add = (number: number, text: string, content?: Buffer) => {
    offsets[number] = position();
    parts.push(Buffer.from(`${number} 0 obj\n${text}\n`));
    if (content !== undefined) parts.push(Buffer.from('stream\n'), content, Buffer.from('\nendstream\n'));
    parts.push(Buffer.from('endobj\n'));
  };
  add(1, '<< /Type /Catalog /Pages 2 0 R >>');
  add(4, `<< /Type /ObjStm /N 2 /First 10 /Filter ${filter} /Length ${packed.length} >>`, packed);
  const row = (kind: number, place = 0, index = 0) => {
    const bytes = Buffer.from([kind, 0, 0, 0, 0, index]);
    bytes.writeUInt32BE(place, 1);
    return bytes;
  };
  const start = position();
  const table = Buffer.concat([row(0), row(1, offsets[1]), row(2, 4), row(2, 4, 1), row(1, offsets[4]), row(1, start)]);
  add(5, `<< /Type /XRef /Size 6 /W [${rowBytes}] /Root 1 0 R /Length ${table.length} >>`, table);
  parts.push(Buffer.from(`startxref\n${start}\n%%EOF\n`));
  return Buffer.concat(parts);
}

const twoObjects =
  '2 0 3 48 '.padEnd(10) +
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>'.padEnd(48) +
  '<< /Type /Page /MediaBox [0 0 100 50] >>';

const packedDrawing = deflateSync('0 0 100 50 re f\n'.repeat(20)).toString('latin1');

it('reads a packed drawing to its end', async () => {
  const content = pdfOfObjects(onePage('/Contents 4 0 R', { 4: streamOf(packedDrawing, '/Filter /FlateDecode') }));

  await expect(read(content)).resolves.toMatchObject({ pages: [{ drawn: true }] });
});

it('reads a PDF whose objects are packed', async () => {
  await expect(read(packedPdf(deflateSync(twoObjects), '/FlateDecode'))).resolves.toMatchObject({
    pages: [{ trimBox: [0, 0, 100, 50] }],
  });
});

it('reads a PDF to which an update was appended', async () => {
  const first = pdfOfObjects(onePage());
  const [, table] = /startxref\n(\d+)/.exec(String(first)) ?? [];
  const page = `3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 70 80] >>\nendobj\n`;
  const entry = `${String(first.length).padStart(10, '0')} 00000 n \n`;
  const update = `${page}xref\n3 1\n${entry}trailer\n<< /Size 4 /Root 1 0 R /Prev ${table} >>\nstartxref\n${first.length + page.length}\n%%EOF\n`;
  await expect(read(Buffer.concat([first, Buffer.from(update)]))).resolves.toMatchObject({
    pages: [{ trimBox: [0, 0, 70, 80] }],
  });
});

it.each([
  { what: 'pages that hold themselves', content: pdfOfObjects(pages('<< /Type /Pages /Kids [2 0 R] /Count 1 >>')) },
  { what: 'pages that double 40 times', content: pdfOfObjects({ ...onePage(), ...doubling }) },
  { what: 'a page that comes twice', content: pdfOfObjects(pages('<< /Kids [3 0 R 3 0 R] /Count 2 >>')) },
  { what: 'more pages promised than there are', content: pdfOfObjects(pages('<< /Kids [3 0 R] /Count 999999999 >>')) },
  { what: 'a table that continues itself', content: pdfOfObjects(onePage(), { trailer: '/Prev @table' }) },
  { what: 'an object that is itself', content: pdfOfObjects(onePage('/Rotate 4 0 R', { 4: '4 0 R' })) },
  {
    what: 'arrays in arrays',
    content: pdfOfObjects(onePage('/X 4 0 R', { 4: '['.repeat(100_000) + ']'.repeat(100_000) })),
  },
  {
    what: 'two billion objects',
    content: Buffer.from(String(pdfOfObjects(onePage())).replace('0 4\n', '0 2000000000\n')),
  },
  {
    what: 'a trailer of two billion objects',
    content: Buffer.from(String(pdfOfObjects(onePage())).replace('/Size 4', '/Size 2000000000')),
  },
  { what: 'objects that unpack to 64 MiB', content: packedPdf(deflateSync(Buffer.alloc(2 ** 26, 32)), '/FlateDecode') },
  {
    what: 'objects packed twice',
    content: packedPdf(deflateSync(deflateSync(twoObjects)), '[/FlateDecode /FlateDecode]'),
  },
  { what: 'packed objects that need themselves', content: packedPdf(deflateSync(twoObjects), '2 0 R') },
  { what: 'a table with rows of no bytes', content: packedPdf(deflateSync(twoObjects), '/FlateDecode', '0 0 0') },
  {
    what: 'a stream that is longer than the file',
    content: pdfOfObjects(onePage('/Contents 4 0 R', { 4: '<< /Length 99999 >>\nstream\nx\nendstream' })),
  },
  {
    what: 'a stream that ends elsewhere',
    content: pdfOfObjects(onePage('/Contents 4 0 R', { 4: '<< /Length 3 >>\nstream\nxxxxxx\nendstream' })),
  },
  {
    what: 'a page whose content is not where the table says',
    content: Buffer.from(
      String(pdfOfObjects(onePage('/Contents 4 0 R', { 4: streamOf('x') }))).replace('4 0 obj', '5 0 obj'),
    ),
  },
  {
    what: 'a page that is of another generation than it is referred to',
    content: pdfOfObjects(pages('<< /Kids [3 1 R] /Count 1 >>')),
  },
  {
    what: 'an object of another generation',
    content: Buffer.from(String(pdfOfObjects(onePage())).replace('3 0 obj', '3 1 obj')),
  },
  {
    what: 'a table with another generation',
    content: Buffer.from(String(pdfOfObjects(onePage())).replace(/00000 n \ntrailer/, '00001 n \ntrailer')),
  },
  {
    what: 'a table for old readers and one for new ones',
    content: pdfOfObjects(onePage(), { trailer: '/XRefStm 9' }),
  },
  {
    what: 'a table that has an object twice',
    content: Buffer.from(
      String(pdfOfObjects(onePage())).replace(
        /xref\n0 4\n([\s\S]*?)trailer/,
        'xref\n0 4\n$13 1\n0000000009 00000 n \ntrailer',
      ),
    ),
  },
  { what: 'a font that is not there', content: pdfOfObjects(onePage('/Resources << /Font << /F 9 0 R >> >>')) },
  {
    what: 'a font that was removed',
    content: pdfOfObjects(onePage('/Resources << /Font << /F 4 0 R >> >>', { 5: 'null' })),
  },
  {
    what: 'a drawing that is not there',
    content: pdfOfObjects(onePage('/Contents [4 0 R 5 0 R]', { 4: streamOf('x') })),
  },
  {
    what: 'a drawing in another file',
    content: pdfOfObjects(onePage('/Contents 4 0 R', { 4: streamOf('', '/F (other.pdf)') })),
  },
  {
    what: 'a drawing whose packing is cut off',
    content: pdfOfObjects(
      onePage('/Contents 4 0 R', { 4: streamOf(packedDrawing.slice(0, -5), '/Filter /FlateDecode') }),
    ),
  },
  {
    what: 'a drawing whose packing is damaged',
    content: pdfOfObjects(
      onePage('/Contents 4 0 R', { 4: streamOf(packedDrawing.replace(/.$/s, '?'), '/Filter /FlateDecode') }),
    ),
  },
  {
    what: 'packed objects in another order than the table says',
    content: packedPdf(deflateSync(twoObjects.replace('2 0 3 48 ', '3 48 2 0 ')), '/FlateDecode'),
  },
])('refuses $what', async ({ content }) => {
  await expect(read(content)).rejects.toBeInstanceOf(PdfFault);
});

it('gives up what takes too long, and reads the next one', async () => {
  const hasty = new PdfReader({ timeoutMs: 1 });
  try {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [index + 4, `[${index + 5} 0 R]`]));
    await expect(read(pdfOfObjects(onePage('/X 4 0 R', many)), hasty)).rejects.toThrow('too long');
  } finally {
    await hasty.close();
  }
  await expect(read(pdfOfObjects(onePage()))).resolves.toMatchObject({ pages: [{ rotation: 0 }] });
});

it('says CLOSED after its end', async () => {
  const closed = new PdfReader();
  await closed.close();
  await expect(read(pdfOfObjects(onePage()), closed)).rejects.toMatchObject({ code: 'CLOSED' });
});
