import { join } from 'node:path';
import { type PdfOptions, type PdfProfile, parseAssetName } from '@pubpipe/core';
import { expect, it } from 'vitest';
import { printFeaturesWith } from '../fixtures/documents.ts';
import { openRendererForTest, type RendererUnderTest } from './open-renderer.ts';
import { type ReadPdf, readPdf } from './read-pdf.ts';

const [widthPt, heightPt] = [209.76, 297.64];

interface Wanted {
  readonly profile?: PdfProfile;
  readonly pages?: readonly number[];
  readonly options?: PdfOptions;
}

/** Renders all in one go and returns a reader for each. */
async function renderPdfs<Name extends string>(
  { render }: RendererUnderTest,
  document: ReturnType<typeof printFeaturesWith>,
  wanted: Readonly<Record<Name, Wanted>>,
): Promise<(name: Name, password?: string) => ReadPdf> {
  const renditions = Object.entries<Wanted>(wanted).map(([name, pdf]) => ({
    kind: 'pdf' as const,
    fileName: parseAssetName(`${name}.pdf`),
    ...pdf,
  }));
  const { result, scratch } = await render(document, { renditions });
  expect(result.renditions.map(({ name }) => name)).toEqual(renditions.map(({ fileName }) => fileName));
  return (name, password) => readPdf(join(scratch.outputDirectory, `${name}.pdf`), password);
}

/** What two exports of the same settings have in common. */
const withoutDates = ({ boxes, fonts, image, byteSize, info }: ReadPdf) => {
  const lasting = Object.entries(info).filter(([name]) => !name.endsWith('Date'));
  return { boxes, fonts, image, byteSize, info: lasting };
};
const box = (...sides: readonly number[]) => sides.map((side) => expect.closeTo(side, 1));

it('have, profile by profile, what the profile promises, whatever the document last was exported with', async () => {
  // Saved by somebody who had made a mirrored grey PDF 1.3 with marks, thumbnails and a password, at low quality.
  const document = printFeaturesWith(
    [/Quality="0"/, 'Quality="4"'],
    [/Thumbnails="0"/, 'Thumbnails="1"'],
    [/MirrorH="0"/, 'MirrorH="1"'],
    [/Grayscale="0"/, 'Grayscale="1"'],
    [/(<PDF [^>]*Version=")14/, '$113'],
    [/cropMarks="0"/, 'cropMarks="1"'],
    [/PassUser=""/, 'PassUser="open sesame"'],
    [/Encrypt="0"/, 'Encrypt="1"'],
  );
  const pdf = await renderPdfs(await openRendererForTest(), document, {
    own: {},
    screen: { profile: 'screen' },
    print: { profile: 'print' },
    x1a: { profile: 'pdf/x-1a' },
    x3: { profile: 'pdf/x-3' },
    x4: { profile: 'pdf/x-4', options: { outputIntent: { info: 'Für die "Presse" (neu)' } } },
    ownAgain: {},
  });
  const press = ['print', 'x1a', 'x3', 'x4'] as const;

  expect(pdf('screen').info).toMatchObject({ 'PDF version': '1.5', Encrypted: 'no', 'Page rot': '0', Pages: '2' });
  expect(pdf('screen').image).toEqual({ widthPx: 150, colour: 'rgb', encoding: 'jpeg' });
  expect(pdf('screen').boxes).toMatchObject({ MediaBox: box(0, 0, widthPt, heightPt) });
  expect(pdf('screen').bytes).toContain('/Outlines');
  expect(pdf('screen').bytes).not.toContain('/Separation');
  expect(pdf('print').info['PDF version']).toBe('1.6');
  for (const name of press) {
    const { info, image, boxes, fonts, bytes } = pdf(name);
    expect(info).toMatchObject({ Encrypted: 'no', 'Page rot': '0', Title: 'document' });
    expect(image).toEqual({ widthPx: 600, colour: 'cmyk', encoding: 'jpeg' });
    expect(boxes).toMatchObject({
      MediaBox: box(0, 0, widthPt + 18, heightPt + 18),
      BleedBox: box(0, 0, widthPt + 18, heightPt + 18),
      TrimBox: box(9, 9, widthPt + 9, heightPt + 9),
    });
    expect(fonts.join()).toMatch(/^[A-Z]{6}\+DejaVuSans .* yes yes yes/);
    expect(bytes).toContain('/Separation /Gold');
    expect(bytes).not.toMatch(/\/Outlines|\/Thumb /);
  }
  expect(pdf('x1a').info['PDF subtype']).toBe('PDF/X-1:2001');
  expect(pdf('x3').info['PDF subtype']).toBe('PDF/X-3:2002');
  expect(pdf('x4').info).toMatchObject({ 'PDF subtype': 'PDF/X-4', 'PDF version': '1.6' });
  expect(pdf('x1a').bytes).toContain('/OutputCondition (ISO Coated v2 300% \\(basICColor\\))');
  expect(pdf('x1a').bytes).toContain('/Info (ISO Coated v2 300% \\(basICColor\\))');
  expect(pdf('x4').bytes).toMatch(/\/Info \(F.{1,4}r die "Presse" \\\(neu\\\)\)/);

  // What was made in between has left no trace in the document's own settings.
  const [own, ownAgain] = [pdf('own', 'open sesame'), pdf('ownAgain', 'open sesame')];
  expect(own.info).toMatchObject({ 'PDF version': '1.3', Encrypted: expect.stringContaining('yes') });
  expect(own.bytes).toContain('/Thumb');
  expect(withoutDates(ownAgain)).toEqual(withoutDates(own));
});

it('has each option that was asked for', async () => {
  const sides = { top: 3, right: 4, bottom: 5, left: 6 };
  const pt = (mm: number) => (mm / 25.4) * 72;
  const inMillimetres = printFeaturesWith([/UNITS="0"/, 'UNITS="1"']);
  const allMarks = { crop: true, bleed: true, registration: true, colourBars: true, documentInfo: true } as const;
  const pdf = await renderPdfs(await openRendererForTest(), inMillimetres, {
    plain: {},
    pages: { pages: [2] },
    version: { options: { pdfVersion: '1.3' } },
    spot: { options: { colour: 'print', spotColours: 'keep' } },
    process: { options: { colour: 'print', spotColours: 'process' } },
    grey: { options: { colour: 'grey' } },
    downsampled: { options: { downsampleDpi: 100, compression: 'zip' } },
    unpacked: { options: { compression: 'none' } },
    worst: { options: { compression: 'jpeg', quality: 'minimum' } },
    noBleed: { options: { bleed: 'none' } },
    bleed: { options: { bleed: sides } },
    crop: { options: { bleed: 'none', marks: { crop: true, unit: 'pt', length: 12, offset: 3 } } },
    allMarks: { options: { bleed: { unit: 'pt', ...sides }, marks: allMarks } },
    whole: { options: { fonts: 'full' } },
    outline: { options: { fonts: 'outline' } },
    extras: { options: { bookmarks: true, thumbnails: true, layers: true, pdfVersion: '1.5' } },
    turned: { options: { rotation: 90, mirror: 'horizontal' } },
    protected: { options: { encryption: { ownerPassword: 'o', userPassword: 'u', allow: ['print'] } } },
    restricted: { options: { encryption: { ownerPassword: 'o' } } },
    plainAgain: {},
  });

  expect(pdf('plain').info).toMatchObject({ Pages: '2', 'PDF version': '1.4', Encrypted: 'no' });
  expect(pdf('pages').info['Pages']).toBe('1');
  expect(pdf('version').info['PDF version']).toBe('1.3');
  expect(pdf('spot').bytes).toContain('/Separation /Gold');
  expect(pdf('process').bytes).not.toContain('/Separation');
  expect(pdf('process').image?.colour).toBe('cmyk');
  expect(pdf('grey').image?.colour).toBe('gray');
  expect(pdf('downsampled').image).toEqual({ widthPx: 100, colour: 'rgb', encoding: 'image' });
  expect(pdf('unpacked').byteSize).toBeGreaterThan(600 * 600 * 3);
  expect(pdf('worst').byteSize).toBeLessThan(pdf('plain').byteSize - 5_000);
  expect(pdf('noBleed').boxes).toMatchObject({ MediaBox: box(0, 0, widthPt, heightPt) });
  expect(pdf('bleed').boxes).toMatchObject({
    MediaBox: box(0, 0, widthPt + pt(10), heightPt + pt(8)),
    TrimBox: box(pt(6), pt(5), widthPt + pt(6), heightPt + pt(5)),
  });
  expect(pdf('crop').boxes).toMatchObject({
    MediaBox: box(0, 0, widthPt + 30, heightPt + 30),
    BleedBox: box(15, 15, widthPt + 15, heightPt + 15),
  });
  expect(pdf('allMarks').boxes).toMatchObject({
    MediaBox: box(0, 0, widthPt + 50, heightPt + 48),
    BleedBox: box(20, 20, widthPt + 30, heightPt + 28),
    TrimBox: box(26, 25, widthPt + 26, heightPt + 25),
  });
  expect(pdf('whole').fonts.join()).toMatch(/^DejaVuSans .* yes no /);
  expect(pdf('outline').fonts).toEqual([]);
  expect(pdf('extras').bytes).toMatch(/\/Outlines/);
  expect(pdf('extras').bytes).toMatch(/\/Thumb /);
  expect(pdf('extras').bytes).toMatch(/\/OCProperties/);
  expect(pdf('turned').info['Page rot']).toBe('90');
  expect(pdf('protected', 'u').info['Encrypted']).toMatch(/yes \(print:yes copy:no change:no addNotes:no/);
  expect(() => pdf('protected')).toThrow(/password/);
  expect(pdf('restricted').info['Encrypted']).toMatch(/yes \(print:no copy:no/);
  expect(withoutDates(pdf('plainAgain'))).toEqual(withoutDates(pdf('plain')));
});

it('have the room around them that their marks need', async () => {
  const unit = 'pt';
  const pdf = await renderPdfs(await openRendererForTest(), printFeaturesWith(), {
    // Registration marks have a length of their own, of 20 points.
    short: { profile: 'print', options: { marks: { unit, registration: true, length: 5, offset: 7 } } },
    long: { profile: 'pdf/x-3', options: { marks: { unit, documentInfo: true, crop: true, length: 50, offset: 1 } } },
  });

  const around = (pt: number) => box(0, 0, widthPt + 18 + 2 * pt, heightPt + 18 + 2 * pt);
  expect(pdf('short').boxes).toMatchObject({ MediaBox: around(27) });
  expect(pdf('long').boxes).toMatchObject({ MediaBox: around(51) });
});

it("takes the press of a PDF/X from the request where the document has none, and refuses one that isn't there", async () => {
  const opened = await openRendererForTest();
  const withoutProfile = printFeaturesWith([/ PrintP="[^"]*"/, ' PrintP=""'], [/ DPPr="[^"]*"/, ' DPPr=""']);
  const pdfx = (profile: string) => ({
    renditions: [{ kind: 'pdf', profile: 'pdf/x-3', options: { outputIntent: { profile } } }] as const,
  });

  const { scratch } = await opened.render(withoutProfile, pdfx('ISO Coated v2 300% (basICColor)'));
  const { bytes } = readPdf(join(scratch.outputDirectory, 'document.pdf'));
  expect(bytes).toContain('/OutputCondition (ISO Coated v2 300% \\(basICColor\\))');

  await expect(opened.render(withoutProfile, pdfx('No such press'))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    details: { profile: 'No such press' },
  });
});

it('refuses a PDF/X for a press that the document names and that is not there, and says which there are', async () => {
  const opened = await openRendererForTest();
  const document = printFeaturesWith([/ PrintP="[^"]*"/, ' PrintP="Their press"']);
  const renditions = [{ kind: 'pdf', profile: 'pdf/x-4' }] as const;

  await expect(opened.render(document, { renditions })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('"Their press"'),
    details: { profile: 'Their press', available: expect.arrayContaining(['ISO Coated v2 300% (basICColor)']) },
  });
  await expect(opened.render(document, { renditions, failOn: ['missing-profile'] })).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
  });
  await expect(opened.render(document, { renditions: [{ kind: 'pdf', profile: 'print' }] })).resolves.toBeDefined();
});

it('leaves no image in RGB where the document has colour management and embeds profiles', async () => {
  const managed = printFeaturesWith(
    [/HCMS="0"/, 'HCMS="1"'],
    [/DPuse="0"/, 'DPuse="1"'],
    [/UseProfiles2="0"/, 'UseProfiles2="1"'],
  );

  const pdf = await renderPdfs(await openRendererForTest(), managed, {
    x1a: { profile: 'pdf/x-1a', options: { outputIntent: { info: 'The press' } } },
    print: { profile: 'print' },
  });

  expect(pdf('x1a').image?.colour).toBe('cmyk');
  expect(pdf('print').image?.colour).toBe('cmyk');
  expect(pdf('x1a').bytes).toContain('/Info (The press)');
});
