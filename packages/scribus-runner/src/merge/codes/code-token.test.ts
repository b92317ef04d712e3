import { expect, it } from 'vitest';
import { CodeTokenFault, findCodeToken } from './code-token.ts';

const read = (text: string) => {
  const token = findCodeToken(text)?.token;
  if (token === undefined || token instanceof CodeTokenFault) return token;
  return { name: token.name, options: [...token.options], column: token.column };
};

it.each([
  ['%QR_url%', { name: 'qr', options: [], column: 'url' }],
  ['%QR:H_url%', { name: 'qr', options: ['h'], column: 'url' }],
  ['%BARCODE_sku%', { name: 'code128', options: [], column: 'sku' }],
  ['%BARCODE:ean13_ean13_code%', { name: 'ean13', options: [], column: 'ean13_code' }],
  ['%BARCODE:Code39, notext,check_a b%', { name: 'code39', options: ['notext', 'check'], column: 'a b' }],
  ['%QR_ean13:x%', { name: 'qr', options: [], column: 'ean13:x' }],
])('reads %s', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

it.each(['%VAR_QR%', '100 %QR', '%QRS_url%', '%BARCODES_x%', '%QR_%', 'QR_url%', '%qr_url%'])(
  'finds no code in %s',
  (text) => {
    expect(read(text)).toBeUndefined();
  },
);

it.each([
  ['%BARCODE:ean14_x%', /unknown symbology "ean14"; there are qr,/],
  ['%BARCODE:toString_x%', /unknown symbology "tostring"/],
  ['%QR:z_x%', /unknown option "z" of qr; it has l, m, q, h/],
  ['%BARCODE:aztec,big_x%', /unknown option "big" of aztec; it has none/],
])('says what is wrong with %s', (text, says) => {
  expect(read(text)).toEqual(new CodeTokenFault(expect.stringMatching(says)));
});
