import { expect, it } from 'vitest';
import { CommonClaims } from './common-claims.ts';
import type { PartClaims, PartReading } from './part-reading.ts';

const pdfx: PartClaims = {
  catalog: new Map([['OutputIntents', 'coated']]),
  information: new Map([
    ['Trapped', 'no'],
    ['GTS_PDFXVersion', 'x4'],
    ['Author', 'anna'],
  ]),
  modified: 'D:20000101000000Z',
  pdfa: undefined,
};

/** What a part claims differently, and the marker in its metadata. */
interface Claims extends Partial<PartClaims> {
  readonly xmpPdfxVersion?: string | undefined;
}

/** What parts with these claims say together. */
function joined(...parts: readonly Claims[]) {
  const claims = new CommonClaims();
  for (const { xmpPdfxVersion, ...part } of parts) {
    const facts = { xmpPdfxVersion, trappedKnown: true } as PartReading['facts'];
    claims.add({ facts, claims: { ...pdfx, ...part }, links: [], layers: [] });
  }
  return claims.all;
}

it('keeps what all parts say, and the latest date', () => {
  const later = { xmpPdfxVersion: 'PDF/X-4', modified: 'D:20010101000000Z' };

  expect(joined({ xmpPdfxVersion: 'PDF/X-4' }, later, { xmpPdfxVersion: 'PDF/X-4' })).toEqual({
    catalog: ['OutputIntents'],
    information: ['Trapped', 'GTS_PDFXVersion', 'Author'],
    modified: 'D:20010101000000Z',
    pdfx: 'PDF/X-4',
    pdfa: undefined,
  });
});

it.each<[string, Claims]>([
  ['another output intent', { catalog: new Map([['OutputIntents', 'uncoated']]), xmpPdfxVersion: 'PDF/X-4' }],
  ['no output intent', { catalog: new Map(), xmpPdfxVersion: 'PDF/X-4' }],
  ['no marker in its metadata', { xmpPdfxVersion: undefined }],
  ['no marker in its information', { information: new Map([['Trapped', 'no']]), xmpPdfxVersion: 'PDF/X-4' }],
  ['another trapping', { information: new Map([...pdfx.information, ['Trapped', 'yes']]), xmpPdfxVersion: 'PDF/X-4' }],
])('is no PDF/X when a part has %s, whichever comes first', (_, other) => {
  const part = { xmpPdfxVersion: 'PDF/X-4' };
  for (const parts of [
    [part, other],
    [other, part],
  ]) {
    const { information, pdfx: marker } = joined(...parts);
    expect({ marker, named: information.includes('GTS_PDFXVersion') }).toEqual({ marker: undefined, named: false });
  }
});

it('is PDF/A where all parts are, without the level that asks for tags', () => {
  const part = { pdfa: { part: '2', conformance: 'A' } };

  expect(joined(part, part).pdfa).toEqual({ part: '2', conformance: 'B' });
  expect(joined(part, { pdfa: { part: '1', conformance: 'A' } }).pdfa).toBeUndefined();
  expect(joined(part, {}).pdfa).toBeUndefined();
  expect(joined({}, part).pdfa).toBeUndefined();
});
