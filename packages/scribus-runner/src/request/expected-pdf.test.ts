import { expect, it } from 'vitest';
import { type ExpectedPdfSources, toExpectedPdf } from './expected-pdf.ts';
import { type ParsedPdf, toParsedRenditions } from './parse-renditions.ts';

const sizes = [1, 2, 3].map((page) => ({ widthPt: 100 * page, heightPt: 200 }));
const ownAttributes = { version: 14, outdst: 0, usespot: 1, useDocBleeds: 0, bleedt: 9, cropMarks: 1, markLength: 30 };
const written = { password: '', attributes: ownAttributes, outputIntent: null };
const pdfBleed = { topPt: 9, rightPt: 1, bottomPt: 2, leftPt: 3 };
const document = { bleed: { topPt: 8, rightPt: 8, bottomPt: 8, leftPt: 8 }, pdfBleed, annotated: false };
const expectedOf = async (rendition: object, sources: Partial<ExpectedPdfSources> = {}) => {
  const [asked] = (await toParsedRenditions([{ kind: 'pdf', ...rendition }])) as readonly [ParsedPdf];
  return toExpectedPdf({ asked, written, sizes, document, screened: true, ...sources });
};

it("expects what the document's own settings say where nothing was asked", async () => {
  expect(await expectedOf({}, { written: { ...written, password: 'secret' } })).toEqual({
    pages: sizes,
    password: 'secret',
    bleed: pdfBleed,
    marksPt: 30,
    rotation: 0,
    version: '1.4',
    profile: undefined,
    outputIntent: undefined,
    spotColours: 'none',
    fonts: 'embedded',
    encrypted: false,
    drawn: true,
    annotations: 'none',
    layers: 'none',
    actions: 'none',
  });
});

it('expects what was asked, whatever Scribus says it did', async () => {
  const options = { bleed: 'document', marks: {}, spotColours: 'process', outputIntent: { profile: 'FOGRA51' } };
  const lies = { ...written, outputIntent: 'sRGB' };

  expect(await expectedOf({ profile: 'pdf/x-4', pages: [3], options }, { written: lies })).toMatchObject({
    pages: [{ widthPt: 300, heightPt: 200 }],
    bleed: document.bleed,
    marksPt: 0,
    version: '1.6',
    profile: 'pdf/x-4',
    outputIntent: 'FOGRA51',
    spotColours: 'none',
  });
});

it('takes the bleed from the request, else from the document, and from Scribus only where neither says one', async () => {
  const bleed = { unit: 'pt', top: 1, right: 2, bottom: 3, left: 4 };
  const silent = { ...document, bleed: document.bleed, pdfBleed: undefined };
  const told = { useDocBleeds: 1, bleedt: 0 };

  expect((await expectedOf({ options: { bleed } })).bleed).toEqual({ topPt: 1, rightPt: 2, bottomPt: 3, leftPt: 4 });
  expect((await expectedOf({ options: { bleed: 'none' } })).bleed).toEqual({
    topPt: 0,
    rightPt: 0,
    bottomPt: 0,
    leftPt: 0,
  });
  expect((await expectedOf({}, { written: { ...written, attributes: told } })).bleed).toEqual(pdfBleed);
  expect((await expectedOf({}, { document: silent })).bleed).toEqual({ topPt: 9, rightPt: 0, bottomPt: 0, leftPt: 0 });
  expect((await expectedOf({}, { document: silent, written: { ...written, attributes: told } })).bleed).toEqual(
    document.bleed,
  );
});

it.each([
  ['nothing around pages without marks', {}, 0],
  ['the length of crop marks', { crop: true, length: 5 }, 5],
  ['their distance too', { bleed: true, length: 5, offset: 7 }, 12],
  ['room for registration marks', { registration: true, length: 5, offset: 7 }, 27],
  ['room for colour bars', { colourBars: true, length: 5 }, 20],
  ['the longer of both', { documentInfo: true, crop: true, length: 50, offset: 1 }, 51],
])('expects %s', async (_, marks, marksPt) => {
  const options = { marks: { ...marks, unit: 'pt' } };

  expect((await expectedOf({ options })).marksPt).toBe(marksPt);
});

it('knows an encrypted PDF, and the way of its fonts', async () => {
  const encryption = { ownerPassword: 'owner', allow: ['annotate', 'print'] };

  const expected = await expectedOf({ options: { encryption, fonts: 'outline', rotation: 90 } });

  expect(expected).toMatchObject({ encrypted: true, fonts: 'outlined', rotation: 90 });
});

it('expects links and layers only where the document has them and the PDF may, and scripts only of what was not screened', async () => {
  const annotated = { ...document, annotated: true };
  const layers = { ...written, attributes: { ...ownAttributes, useLayers: 1 } };

  expect(await expectedOf({}, { document: annotated })).toMatchObject({ annotations: undefined, layers: 'none' });
  expect(await expectedOf({ profile: 'pdf/x-4' }, { document: annotated })).toMatchObject({ annotations: 'none' });
  expect(await expectedOf({}, { written: layers, screened: false })).toMatchObject({
    layers: undefined,
    actions: undefined,
  });
  expect(await expectedOf({ profile: 'print' }, { written: layers })).toMatchObject({ layers: 'none' });
});
