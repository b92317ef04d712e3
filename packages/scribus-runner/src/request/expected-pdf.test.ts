import { expect, it } from 'vitest';
import { toExpectedPdf } from './expected-pdf.ts';
import { type ParsedPdf, toParsedRenditions } from './parse-renditions.ts';

const sizes = [1, 2, 3].map((page) => ({ widthPt: 100 * page, heightPt: 200 }));
const ownAttributes = { version: 14, outdst: 0, usespot: 1, useDocBleeds: 0, bleedt: 9, cropMarks: 1, markLength: 30 };
const written = { password: '', attributes: ownAttributes, outputIntent: null };
const asked = (rendition: object) => toParsedRenditions([{ kind: 'pdf', ...rendition }])[0] as ParsedPdf;

it("expects what the document's own settings say where nothing was asked", () => {
  expect(toExpectedPdf(asked({}), { ...written, password: 'secret' }, sizes)).toEqual({
    pages: sizes,
    password: 'secret',
    bleed: { top: 9, right: 0, bottom: 0, left: 0 },
    marks: true,
    marksPt: 30,
    rotation: 0,
    version: '1.4',
    profile: undefined,
    outputIntent: undefined,
    colour: 'screen',
    spotColours: 'none',
    fonts: 'embedded',
    encrypted: false,
    allow: undefined,
  });
});

it('expects what was asked, whatever Scribus says it did', () => {
  const options = { bleed: 'document', marks: {}, spotColours: 'process', outputIntent: { profile: 'FOGRA51' } };
  const lies = { ...written, outputIntent: 'sRGB' };

  expect(toExpectedPdf(asked({ profile: 'pdf/x-4', pages: [3], options }), lies, sizes)).toMatchObject({
    pages: [{ widthPt: 300, heightPt: 200 }],
    bleed: undefined,
    marks: false,
    marksPt: 0,
    version: '1.6',
    profile: 'pdf/x-4',
    outputIntent: 'FOGRA51',
    colour: 'print',
    spotColours: 'none',
  });
});

it.each([
  ['nothing around pages without marks', {}, 0],
  ['the length of crop marks', { crop: true, length: 5 }, 5],
  ['their distance too', { bleed: true, length: 5, offset: 7 }, 12],
  ['room for registration marks', { registration: true, length: 5, offset: 7 }, 27],
  ['room for colour bars', { colourBars: true, length: 5 }, 20],
  ['the longer of both', { documentInfo: true, crop: true, length: 50, offset: 1 }, 51],
])('expects %s', (_, marks, marksPt) => {
  const options = { marks: { ...marks, unit: 'pt' } };

  expect(toExpectedPdf(asked({ options }), written, sizes).marksPt).toBe(marksPt);
});

it('names the permissions of an encrypted PDF, and the way of its fonts', () => {
  const encryption = { ownerPassword: 'owner', allow: ['annotate', 'print'] };

  const expected = toExpectedPdf(asked({ options: { encryption, fonts: 'outline', rotation: 90 } }), written, sizes);

  expect(expected).toMatchObject({ encrypted: true, allow: ['print', 'annotate'], fonts: 'outlined', rotation: 90 });
});
