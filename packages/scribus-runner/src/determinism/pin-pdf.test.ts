import { open, readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import {
  onePage,
  type PdfOfObjectsOptions,
  pdfOfObjects,
  streamOf,
  temporaryFile,
} from '../../test/fixtures/pdf-of-objects.ts';
import { PdfReader } from '../pdf/pdf-reader.ts';
import { checkPdf } from '../truth-check/check-pdf.ts';
import { pinPdf } from './pin-pdf.ts';

const reader = new PdfReader();
afterAll(() => reader.close());
const { signal } = new AbortController();
const date = new Date('2001-02-03T04:05:06Z');

const namedByAddress = pdfOfObjects(
  onePage('', {
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /XObject << /master_page_obj_1_99 4 0 R >> >> >>',
    4: streamOf('', '/Subtype /Form'),
  }),
);

const isoDate = (seconds: string) => `2026-11-23T21:51:${seconds}`;

/** A PDF as Scribus writes it, made at this second of a minute, with an identifier of this digit. */
function written(
  seconds: string,
  digit: string,
  text = '(D:20200101000000Z)',
  options: PdfOfObjectsOptions = {},
): Buffer {
  const identifier = `<${digit.repeat(32)}>`;
  const uuid = `uuid:${digit.repeat(8)}-${digit.repeat(4)}-${digit.repeat(4)}-${digit.repeat(4)}-${digit.repeat(12)}`;
  const xmp =
    `<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:mm="http://ns.adobe.com/xap/1.0/mm/">` +
    `<t>xmp:CreateDate="${isoDate('00')}Z"</t><d xmp:CreateDate="${isoDate(seconds)}Z" mm:DocumentID="${uuid}"/>` +
    `<xmp:MetadataDate>${isoDate(seconds)}+01:00</xmp:MetadataDate></x:xmpmeta>`;
  const objects = onePage('/Contents 7 0 R', {
    1: '<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>',
    5: `<< /Title ${text} /CreationDate (D:202611232151${seconds}Z) /ModDate (D:202611232151${seconds}+01'00') >>`,
    6: streamOf(xmp, '/Type /Metadata /Subtype /XML'),
    7: streamOf(`% /CreationDate (D:20261123215100Z)`),
  });
  return pdfOfObjects(objects, { trailer: `/Info 5 0 R /ID [${identifier}${identifier}]`, ...options });
}

async function pinned(content: Buffer): Promise<Buffer> {
  const path = await temporaryFile(content);
  await pinPdf(path, date, { reader, signal });
  const expected = { pages: [{ widthPt: 100, heightPt: 50 }], password: '' };
  await checkPdf(path, expected, { reader, signal });
  return readFile(path);
}

it('makes the same bytes of PDFs that were made at different times, in the same length', async () => {
  const first = await pinned(written('01', 'a'));
  expect(await pinned(written('59', 'b'))).toEqual(first);
  expect(first).toHaveLength(written('01', 'a').length);
});

it('gives PDFs of different content different identifiers', async () => {
  const idOf = async (content: Buffer) => /\/ID \[<(\w+)><(\w+)>\]/.exec(String(await pinned(content)))?.slice(1);
  const [one, other] = [await idOf(written('01', 'a')), await idOf(written('01', 'a', '(D:20210101000000Z)'))];
  expect(one?.[0]).toMatch(/^[\dA-F]{32}$/);
  expect(one?.[0]).toBe(one?.[1]);
  expect(one).not.toEqual(other);
});

it('writes the date in each form that it finds, and nowhere else', async () => {
  const text = String(await pinned(written('01', 'a')));
  expect(text).toContain("/CreationDate (D:20010203040506Z) /ModDate (D:20010203040506+00'00')");
  expect(text).toContain('<d xmp:CreateDate="2001-02-03T04:05:06Z"');
  expect(text).toContain('<xmp:MetadataDate>2001-02-03T04:05:06+00:00</xmp:MetadataDate>');
  // What a customer wrote stays, however much it looks like a date of the file.
  expect(text).toContain('/Title (D:20200101000000Z)');
  expect(text).toContain('<t>xmp:CreateDate="2026-11-23T21:51:00Z"</t>');
  expect(text).toContain('% /CreationDate (D:20261123215100Z)');
});

it('is the same when done twice', async () => {
  const once = await pinned(written('01', 'a'));
  expect(await pinned(once)).toEqual(once);
});

it('leaves a PDF with a password as it is', async () => {
  const content = written('01', 'a', '()', { trailer: '/Info 5 0 R /Encrypt << /Filter /Standard >> /ID [<00><00>]' });
  const path = await temporaryFile(content);
  await pinPdf(path, date, { reader, signal });
  expect(await readFile(path)).toEqual(content);
});

it('says when the disk refuses what it writes', async () => {
  const path = await temporaryFile(namedByAddress);
  const source = await open(path);
  try {
    const copyTo = `${path}.is/not/there`;
    await expect(reader.pin(source.fd, { date, copyTo }, signal)).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    await source.close();
  }
});

it('refuses a damaged PDF', async () => {
  const path = await temporaryFile(written('01', 'a').subarray(0, -20));
  await expect(pinPdf(path, date, { reader, signal })).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
});
