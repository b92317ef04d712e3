import { expect, it } from 'vitest';
import { PdfName, PdfRef, PdfString, type PdfValue } from '../pdf/pdf-value.ts';
import { toUpdateJson, UnwritableName } from './update-json.ts';

const place = { start: 0, end: 0, inFile: false };
const same = (number: number) => number;

it('writes every kind of value', () => {
  const value = new Map<string, PdfValue>([
    ['Type', new PdfName('Page')],
    ['Title', new PdfString(Buffer.from([0xff, 0x28]), place)],
    ['Kids', [new PdfRef(3), 1.5, -2, true, null]],
  ]);

  expect(toUpdateJson(value, (number) => number + 1)).toBe(
    '{"/Type":"/Page","/Title":"b:ff28","/Kids":["4 0 R",1.5,-2,true,null]}',
  );
});

it.each([
  [0.000_000_1, '0.0000001'],
  [-1e-9, '-0.000000001'],
  [12_345_678_901, '12345678901'],
])('writes %d without an exponent', (value, text) => {
  expect(toUpdateJson(value, same)).toBe(text);
});

it('writes names in UTF-8, and refuses those that can be read in different ways', () => {
  expect(toUpdateJson(new PdfName(Buffer.from('Größe "A"').toString('latin1')), same)).toBe('"/Größe \\"A\\""');
  for (const text of ['', 'a#41', 'a\u0001', '\u00ff']) {
    expect(() => toUpdateJson(new PdfName(text), same)).toThrow(UnwritableName);
  }
});
