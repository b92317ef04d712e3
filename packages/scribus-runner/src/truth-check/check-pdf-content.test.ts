import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { onePage, type PdfObjects, pdfOfObjects, streamOf, temporaryFile } from '../../test/fixtures/pdf-of-objects.ts';
import { PdfReader } from '../pdf/pdf-reader.ts';
import { checkPdf } from './check-pdf.ts';
import type { ExpectedPdf } from './expected-pdf.ts';

const reader = new PdfReader();
afterAll(() => reader.close());

type Asked = Omit<ExpectedPdf, 'pages' | 'password'>;

async function check(content: Buffer, asked: Asked, password = ''): Promise<void> {
  const path = await temporaryFile(content);
  const expected = { pages: [{ widthPt: 100, heightPt: 50 }], password, ...asked };
  await checkPdf(path, expected, { reader, signal: new AbortController().signal });
}

const checkObjects = (objects: PdfObjects, asked: Asked): Promise<void> => check(pdfOfObjects(objects), asked);
const refusal = (got: unknown) => ({ code: 'OUTPUT_MISMATCH', details: { got } });

const bleed = { topPt: 4, rightPt: 3, bottomPt: 2, leftPt: 1 };
const sheet = (media: string, bleedBox: string): PdfObjects => ({
  ...onePage(),
  3: `<< /Type /Page /Parent 2 0 R /MediaBox [${media}] /BleedBox [${bleedBox}] /TrimBox [1 2 101 52] >>`,
});

it('compares the bleed side by side, and takes left and right for inner and outer', async () => {
  const asAsked = sheet('0 0 104 56', '0 0 104 56');
  await expect(checkObjects(asAsked, { bleed, marksPt: 0 })).resolves.toBeUndefined();
  await expect(checkObjects(asAsked, { bleed: { ...bleed, leftPt: 3, rightPt: 1 } })).resolves.toBeUndefined();
  await expect(checkObjects(asAsked, { bleed: { ...bleed, topPt: 2, bottomPt: 4 } })).rejects.toMatchObject(
    refusal({ page: 1, bleed }),
  );
});

it('wants as much room around the bleed as the marks need', async () => {
  const marked = sheet('-20 -20 124 76', '0 0 104 56');
  await expect(checkObjects(marked, { bleed, marksPt: 20 })).resolves.toBeUndefined();
  await expect(checkObjects(marked, { bleed })).resolves.toBeUndefined();
  for (const marksPt of [0, 19]) {
    await expect(checkObjects(marked, { marksPt })).rejects.toMatchObject(
      refusal({ page: 1, marksPt: [20, 20, 20, 20], mediaBox: [-20, -20, 124, 76], bleedBox: [0, 0, 104, 56] }),
    );
  }
});

it('refuses a bleed that the sheet cuts off', async () => {
  await expect(checkObjects(sheet('0 0 102 56', '0 0 104 56'), {})).rejects.toMatchObject(refusal({ page: 1 }));
});

it('compares the rotation when it was asked for', async () => {
  const turned = onePage('/Rotate 90');
  await expect(checkObjects(turned, { rotation: 90 })).resolves.toBeUndefined();
  await expect(checkObjects(turned, { rotation: 0 })).rejects.toMatchObject(refusal({ page: 1, rotation: 90 }));
});

it('compares the version', async () => {
  await expect(checkObjects(onePage(), { version: '1.4' })).resolves.toBeUndefined();
  await expect(checkObjects(onePage(), { version: '1.3' })).rejects.toMatchObject(refusal({ version: '1.4' }));
  await expect(
    checkObjects({ ...onePage(), 1: '<< /Type /Catalog /Pages 2 0 R /Version /1.6 >>' }, { version: '1.4' }),
  ).rejects.toMatchObject(refusal({ version: '1.6' }));
});

const font = (descriptor: string) => `<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Sans ${descriptor} >>`;
const embedded = {
  5: font('/FontDescriptor 6 0 R'),
  6: '<< /Type /FontDescriptor /FontFile2 7 0 R >>',
  7: streamOf('glyphs'),
};

it('finds a font that is not embedded, also when only a form in a pattern uses it', async () => {
  await expect(
    checkObjects(onePage('/Resources << /Font << /F 5 0 R >> >>', embedded), { fonts: 'embedded' }),
  ).resolves.toBeUndefined();
  const got = { notEmbedded: ['Sans'] };
  await expect(
    checkObjects(onePage('/Resources << /Font << /F 5 0 R >> >>', { 5: font('') }), { fonts: 'embedded' }),
  ).rejects.toMatchObject(refusal(got));
  const hidden = {
    4: streamOf('', '/Resources << /XObject << /X 8 0 R >> >>'),
    5: font(''),
    8: streamOf('', '/Subtype /Form /Resources << /Font << /F 5 0 R >> >>'),
  };
  await expect(
    checkObjects(onePage('/Resources << /Pattern << /P 4 0 R >> >>', hidden), { fonts: 'embedded' }),
  ).rejects.toMatchObject(refusal(got));
});

it('passes over a font that nothing uses', async () => {
  await expect(checkObjects(onePage('', { 5: font('') }), { fonts: 'embedded' })).resolves.toBeUndefined();
});

it('finds text in what was to be outlined', async () => {
  await expect(checkObjects(onePage(), { fonts: 'outlined' })).resolves.toBeUndefined();
  await expect(
    checkObjects(onePage('/Resources << /Font << /F 5 0 R >> >>', embedded), { fonts: 'outlined' }),
  ).rejects.toMatchObject(refusal({ fonts: [{ name: 'Sans' }] }));
});

const colours = (...arrays: string[]) =>
  onePage(`/Resources << /ColorSpace << ${arrays.map((array, index) => `/C${index} ${array}`).join(' ')} >> >>`, {
    9: '<< /FunctionType 2 /Domain [0 1] /C1 [0 1 1 0] /N 1 >>',
  });

it('finds spot colours by name, in each spelling', async () => {
  const spots = colours(
    '[/Separation /Gold#20R#f6d /DeviceCMYK 9 0 R]',
    '[/DeviceN [/Cyan /Gr#c3#bcn] /DeviceCMYK 9 0 R]',
  );
  await expect(checkObjects(spots, { spotColours: { named: ['Gold Röd', 'Grün'] } })).resolves.toBeUndefined();
  await expect(checkObjects(spots, { spotColours: { named: ['Silver'] } })).rejects.toMatchObject(
    refusal({ spotColours: ['Gold Röd', 'GrÃ¼n'] }),
  );
  await expect(checkObjects(spots, { spotColours: 'none' })).rejects.toMatchObject(
    refusal({ spotColours: ['Gold Röd', 'GrÃ¼n'] }),
  );
});

it('takes registration and process colours for no spot colours', async () => {
  await expect(
    checkObjects(colours('[/Separation /All /DeviceCMYK 9 0 R]', '[/DeviceN [/Cyan /Black] /DeviceCMYK 9 0 R]'), {
      spotColours: 'none',
    }),
  ).resolves.toBeUndefined();
});

const iccProfile = `${'\0'.repeat(16)}CMYK${'\0'.repeat(16)}acsp${'\0'.repeat(100)}`;
const metadataType = '/Type /Metadata /Subtype /XML';
const withIntent = (intent: string, more: PdfObjects = {}): PdfObjects =>
  onePage('', {
    1: `<< /Type /Catalog /Pages 2 0 R /OutputIntents [<< /S /GTS_PDFX ${intent} >>] /Metadata 8 0 R >>`,
    8: streamOf('', metadataType),
    9: streamOf(iccProfile),
    ...more,
  });

it('finds the output intent by any of its names, and asks for its profile', async () => {
  const intent = '/OutputConditionIdentifier (Custom) /OutputCondition (Coated \\(v2\\))';
  await expect(
    checkObjects(withIntent(`${intent} /DestOutputProfile 9 0 R`), { outputIntent: 'Coated (v2)' }),
  ).resolves.toBeUndefined();
  await expect(
    checkObjects(withIntent(`${intent} /DestOutputProfile 9 0 R`), { outputIntent: 'Uncoated' }),
  ).rejects.toMatchObject(refusal({}));
  await expect(checkObjects(withIntent(intent), { outputIntent: 'Coated (v2)' })).rejects.toMatchObject(
    refusal({ outputIntents: [{ profileSpace: undefined }] }),
  );
  const noProfile = withIntent(`${intent} /DestOutputProfile 9 0 R`, { 9: streamOf('x'.repeat(200)) });
  await expect(checkObjects(noProfile, { outputIntent: 'Coated (v2)' })).rejects.toMatchObject(refusal({}));
});

const intent = '/OutputConditionIdentifier (Custom) /DestOutputProfile 9 0 R';
const xmp = '<x xmlns:p="http://www.npes.org/pdfx/ns/id/" p:GTS_PDFXVersion="PDF/X-4"/>';

it.each([
  { profile: 'pdf/x-1a', info: '/GTS_PDFXVersion (PDF/X-1:2001) /GTS_PDFXConformance (PDF/X-1a:2001)', metadata: '' },
  { profile: 'pdf/x-3', info: '/GTS_PDFXVersion (PDF/X-3:2002)', metadata: '' },
  { profile: 'pdf/x-4', info: '/GTS_PDFXVersion (PDF/X-4)', metadata: xmp },
] as const)('looks for the markers of $profile, and for what they ask for', async ({ profile, info, metadata }) => {
  const pdf = (
    entries: string,
    objects: PdfObjects = withIntent(intent, { 8: streamOf(metadata, metadataType) }),
    trailer = '',
  ) => pdfOfObjects({ ...objects, 10: `<< ${entries} >>` }, { trailer: `/Info 10 0 R ${trailer}` });
  const refused = { code: 'OUTPUT_MISMATCH', details: { asked: expect.objectContaining({ profile }) } };

  await expect(check(pdf(`${info} /Trapped /False`), { profile })).resolves.toBeUndefined();
  await expect(check(pdf(info), { profile })).rejects.toMatchObject(refused);
  await expect(check(pdf(`${info} /Trapped /False`, onePage()), { profile })).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
  });
  await expect(check(pdf('/Trapped /False', withIntent(intent)), { profile })).rejects.toMatchObject(refused);
  const bare = withIntent(intent, {
    8: streamOf(metadata, metadataType),
    ...onePageWith('/Resources << /Font << /F 5 0 R >> >>'),
    5: font(''),
  });
  await expect(check(pdf(`${info} /Trapped /False`, bare), { profile })).rejects.toMatchObject({
    details: { got: { notEmbedded: ['Sans'] } },
  });
});

function onePageWith(page: string): PdfObjects {
  return { 3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 50] ${page} >>` };
}

it('tells an encrypted PDF from one that is not', async () => {
  await expect(checkObjects(onePage(), { encrypted: true })).rejects.toMatchObject(refusal({ encrypted: false }));
  const readable = await encrypt(pdfOfObjects(onePage()), '');
  await expect(check(readable, { encrypted: true })).resolves.toBeUndefined();
  await expect(check(readable, { encrypted: false })).rejects.toMatchObject(refusal({ encrypted: true }));
});

it('opens an encrypted PDF with its password, and with no other', async () => {
  const secret = await encrypt(pdfOfObjects(onePage()), 'pässword');
  await expect(check(secret, { encrypted: true }, 'pässword')).resolves.toBeUndefined();
  for (const password of ['', 'password']) {
    await expect(check(secret, { encrypted: true }, password)).rejects.toMatchObject(
      refusal('PDFium does not open it with its password'),
    );
  }
});

/** Encrypts a PDF as Scribus does, with RC4. */
async function encrypt(content: Buffer, password: string): Promise<Buffer> {
  const path = await temporaryFile(content);
  const words = ['--allow-weak-crypto', '--object-streams=disable', '--encrypt', password, 'owner', '128', '--', path];
  await promisify(execFile)('qpdf', [...words, `${path}.encrypted`]);
  return await readFile(`${path}.encrypted`);
}

it('refuses a page that viewers show in another size, or only a part of', async () => {
  await expect(checkObjects(onePage('/UserUnit 1'), {})).resolves.toBeUndefined();
  await expect(checkObjects(onePage('/UserUnit 2'), {})).rejects.toMatchObject(refusal({ page: 1, userUnit: 2 }));
  const part = '/CropBox [0 0 60 50] /TrimBox [0 0 100 50] /BleedBox [0 0 100 50]';
  await expect(checkObjects(onePage(part), {})).rejects.toMatchObject(refusal({ page: 1, cropBox: [0, 0, 60, 50] }));
});

it('refuses a page on which nothing is drawn', async () => {
  const drawn = onePage('/Contents 4 0 R', { 4: streamOf('') });
  await expect(checkObjects(drawn, { drawn: true })).resolves.toBeUndefined();
  for (const page of ['', '/Contents []']) {
    await expect(checkObjects(onePage(page), {})).resolves.toBeUndefined();
    await expect(checkObjects(onePage(page), { drawn: true })).rejects.toMatchObject(
      refusal({ page: 1, drawn: false }),
    );
  }
});

it('refuses links, fields and notes where there are to be none', async () => {
  const annotated = onePage('/Annots [4 0 R]', { 4: '<< /Type /Annot /Subtype /Square /Rect [0 0 100 50] >>' });
  await expect(checkObjects(annotated, {})).resolves.toBeUndefined();
  await expect(checkObjects(onePage('/Annots []'), { annotations: 'none' })).resolves.toBeUndefined();
  await expect(checkObjects(annotated, { annotations: 'none' })).rejects.toMatchObject(
    refusal({ page: 1, annotated: true }),
  );
});

it('refuses layers where there are to be none', async () => {
  const layered: PdfObjects = {
    ...onePage('', { 4: '<< /Type /OCG /Name (a) >>' }),
    1: '<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [4 0 R] /D << /OFF [4 0 R] >> >> >>',
  };
  await expect(checkObjects(layered, {})).resolves.toBeUndefined();
  await expect(checkObjects(layered, { layers: 'none' })).rejects.toMatchObject(refusal({ layered: true }));
});

it.each([
  ['JavaScript', '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'],
  ['JavaScript', '/Names << /JavaScript << /Names [(a) 4 0 R] >> >>'],
  ['Launch', '/AA << /WC 5 0 R >>'],
  ['EmbeddedFile', '/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>'],
])('refuses %s where there is to be nothing of the kind: %s', async (action, entry) => {
  const objects: PdfObjects = {
    ...onePage('', {
      4: '<< /S /JavaScript /JS (x) >>',
      5: '<< /Type /Action /S 7 0 R /F (x) >>',
      6: '<< /Type /Filespec /EF << /F 8 0 R >> >>',
      7: '/Launch',
      8: streamOf('x'),
    }),
    1: `<< /Type /Catalog /Pages 2 0 R ${entry} >>`,
  };
  await expect(checkObjects(objects, {})).resolves.toBeUndefined();
  await expect(checkObjects(objects, { actions: 'none' })).rejects.toMatchObject(refusal({ actions: [action] }));
});
