import type { PreflightCheck, PreflightReport, RenderRequest } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { expect, it } from 'vitest';
import { documentOf, linkedImage, threePagesWith } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

async function reportOn(document: RenderableDocument, request: Partial<RenderRequest> = {}): Promise<PreflightReport> {
  const { render } = await openRendererForTest();
  const { result } = await render(document, { failOn: [], renditions: [{ kind: 'png', pages: [1] }], ...request });
  expect(result.findings).toEqual(result.preflight?.findings);
  return result.preflight as PreflightReport;
}

const found = ({ findings }: PreflightReport, check: PreflightCheck) =>
  findings.filter((finding) => finding.check === check);
const changed = (...changes: readonly (readonly [RegExp | string, string])[]): RenderableDocument => {
  const text = changes.reduce(
    (before, [search, replacement]) => {
      const after = before.replace(search, replacement);
      if (after === before) throw new Error(`The fixture has no ${String(search)}.`);
      return after;
    },
    threePagesWith('TITLE=""', 'TITLE="Spring &amp; Summer"'),
  );
  return documentOf(text, linkedImage);
};

// A request of a profile, as the renditions of a print shop have it.
const asPrint = { renditions: [{ kind: 'pdf', profile: 'print' }] as unknown as RenderRequest['renditions'] };

it('describes a sound document and finds nothing wrong with it', async () => {
  const report = await reportOn(changed());

  expect(report).toMatchObject({
    version: 1,
    document: { madeWith: '1.5.8', information: { title: 'Spring & Summer' }, colorManaged: false },
    pageCount: 3,
    fonts: [{ name: 'DejaVu Sans Book', used: true, source: 'installed' }],
    images: [
      {
        file: 'red.png',
        object: 'logo',
        page: 1,
        state: 'sound',
        printed: true,
        colorSpace: 'rgb',
        ppiX: 180,
        ppiY: 180,
      },
    ],
    layers: [{ name: 'Background', visible: true, printable: true }],
    findings: [],
    cut: [],
  });
  expect(report.pages[2]).toEqual({ number: 3, widthPt: expect.closeTo(209.764), heightPt: expect.closeTo(297.638) });
  expect(report.colors.filter(({ used }) => used).map(({ name }) => name)).toEqual(['Black']);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

it('finds the fonts that texts are set in and that are missing, and not those of styles that no text uses', async () => {
  const report = await reportOn(
    changed(
      ['<ITEXT FONT="DejaVu Sans Book" CH="Second', '<ITEXT FONT="Nowhere Sans Bold" CH="Second'],
      [
        /(?=<STYLE )/,
        '<CHARSTYLE CNAME="Emphasis" FONT="Nowhere Serif Italic"/><CHARSTYLE CNAME="Unused" FONT="Nobody"/>',
      ],
      ['<ITEXT FONT="DejaVu Sans Book" CH="Third', '<ITEXT CPARENT="Emphasis" CH="Third'],
    ),
  );

  expect(found(report, 'missing-font')).toMatchObject([
    {
      severity: 'error',
      page: 2,
      object: 'text 2',
      facts: { font: 'Nowhere Sans Bold', substitute: 'DejaVu Sans Book' },
    },
    { severity: 'error', page: 3, object: 'text 3', facts: { font: 'Nowhere Serif Italic' } },
  ]);
  expect(report.fonts).toContainEqual(expect.objectContaining({ name: 'Nobody', used: false, source: 'missing' }));
});

it('follows a text to the font of its paragraph style, and of what that is based on', async () => {
  const report = await reportOn(
    changed(
      [/(?=<TableStyle )/, '<STYLE NAME="Base" FONT="Nowhere Base"/><STYLE NAME="Body" PARENT="Base"/>'],
      [
        /<DefaultStyle FONT="DejaVu Sans Book"\/>\s*<ITEXT FONT="DejaVu Sans Book" CH="Third page, Größe €"\/>\s*<trail\/>/,
        '<DefaultStyle/><ITEXT CH="Third"/><para PARENT="Body"/><ITEXT CH="page"/><trail/>',
      ],
    ),
  );

  expect(found(report, 'missing-font')).toMatchObject([{ page: 3, facts: { font: 'Nowhere Base' } }]);
  expect(report.fonts).toContainEqual(expect.objectContaining({ name: 'DejaVu Sans Book', used: true }));
});

it('finds text that has no room: in a frame alone, and behind the last frame of a chain', async () => {
  const long = 'A text that is much too long for its frame. '.repeat(40);
  const alone = await reportOn(changed(['CH="Second page, Größe €"', `CH="${long}"`]));
  const chain = (text: string) =>
    changed(
      ['CH="First page, Größe €"', `CH="${text}"`],
      [/(ANNAME="text 1"[^>]*NEXTITEM=)"-1"/, '$1"986251780"'],
      [/(ANNAME="text 2"[^>]*NEXTITEM="-1" BACKITEM=)"-1"/, '$1"986299780"'],
    );
  const fitting = await reportOn(chain('A text that goes on in the next frame, and ends there, on the second page.'));
  const overset = await reportOn(chain(long));

  expect(found(alone, 'overset-text')).toMatchObject([{ severity: 'error', page: 2, object: 'text 2' }]);
  expect(found(fitting, 'overset-text')).toEqual([]);
  expect(found(overset, 'overset-text')).toMatchObject([{ page: 2, object: 'text 2' }]);
});

it('finds images of too few pixels, and RGB images where CMYK is asked for', async () => {
  const large = changed([
    /(ANNAME="logo"[^>]*LOCALSCX=)"7.5" LOCALSCY="7.5"([^>]*SCALETYPE=)"0"/,
    '$1"0.6" LOCALSCY="0.5"$2"1"',
  ]);
  const screen = await reportOn(large);
  const print = await reportOn(large, asPrint);

  expect(screen.images).toMatchObject([{ ppiX: 120, ppiY: 144 }]);
  expect(screen.findings).toEqual([]);
  expect(found(print, 'low-resolution-image')).toMatchObject([
    { severity: 'warning', page: 1, object: 'logo', file: 'red.png', facts: { ppi: 120, minPpi: 150 } },
  ]);
  expect(found(print, 'rgb-image')).toMatchObject([{ severity: 'warning', page: 1, object: 'logo' }]);
});

it('finds objects that end at the trim edge instead of the bleed', async () => {
  const bled = [
    /BleedTop="0" BleedLeft="0" BleedRight="0" BleedBottom="0" ORI/,
    'BleedTop="9" BleedLeft="9" BleedRight="9" BleedBottom="9" ORI',
  ] as const;
  const boxAt = (x: number) => [/XPOS="120"( YPOS="437.638"[^>]*ANNAME="box")/, `XPOS="${x}"$1`] as const;
  const atEdge = await reportOn(changed(bled, boxAt(100)));
  const intoBleed = await reportOn(changed(bled, boxAt(91)));
  const halfWay = await reportOn(changed(bled, boxAt(95)));
  const inside = await reportOn(changed(bled, boxAt(103)));

  expect(found(atEdge, 'missing-bleed')).toMatchObject([
    { severity: 'warning', page: 2, object: 'box', facts: { side: 'left', overhangPt: 0.5, wantedPt: 9 } },
  ]);
  expect(found(halfWay, 'missing-bleed')).toMatchObject([{ page: 2, object: 'box', facts: { overhangPt: 5.5 } }]);
  expect(intoBleed.findings).toEqual([]);
  expect(inside.findings).toEqual([]);
});

it('finds that a document for print has no bleed', async () => {
  const report = await reportOn(changed(), asPrint);

  expect(found(report, 'missing-bleed')).toMatchObject([{ facts: { bleedPt: 0, wantedPt: 8.5 } }]);
  expect(found(report, 'missing-bleed')[0]).not.toHaveProperty('page');
});

it('finds ICC profiles that are missing where colours are managed', async () => {
  const named = [/DPPr="[^"]*"/, 'DPPr="My Press"'] as const;
  const unmanaged = await reportOn(changed(named));
  const managed = await reportOn(changed(['HCMS="0"', 'HCMS="1"'], [/DPIn="[^"]*"/, 'DPIn="My Camera"']));

  expect(unmanaged.findings).toEqual([]);
  expect(found(managed, 'missing-profile')).toMatchObject([
    { severity: 'warning', facts: { profile: 'My Camera', use: 'rgb-images' } },
  ]);
  expect(managed.profiles).toContainEqual({ name: 'ISO Coated v2 300% (basICColor)', use: 'output', present: true });
});

it('tells spot colours, and the layers that are not printed', async () => {
  const report = await reportOn(
    changed(
      [/(?=<HYPHEN)/, '<COLOR NAME="Gold" SPACE="CMYK" C="0" M="20" Y="60" K="20" Spot="1"/>'],
      ['PCOLOR="Black"', 'PCOLOR="Gold"'],
      [
        /(?=<Printer )/,
        '<LAYERS NUMMER="1" LEVEL="1" NAME="Notes" SICHTBAR="0" DRUCKEN="0" EDIT="1" FLOW="1" TRANS="1" BLEND="0" OUTL="0" LAYERC="#ff0000"/>',
      ],
      [/(ANNAME="logo"[^>]*)PFILE="red.png"([^>]*)LAYER="0"/, '$1PFILE="gone.png"$2LAYER="1"'],
    ),
  );

  expect(report.colors).toContainEqual({ name: 'Gold', space: 'cmyk', spot: true, used: true });
  expect(report.layers).toMatchObject([{ name: 'Background' }, { name: 'Notes', visible: false, printable: false }]);
  expect(report.images).toMatchObject([{ file: 'gone.png', state: 'missing', printed: false }]);
  expect(report.findings).toEqual([]);
});

it('fails by default on overset text for print, with the whole report, and not for the screen', async () => {
  const { render } = await openRendererForTest();
  const long = changed(['CH="Second page, Größe €"', `CH="${'much too long '.repeat(100)}"`]);

  const screen = await render(long);
  expect(screen.result.findings).toMatchObject([{ check: 'overset-text' }]);
  await expect(render(long, asPrint)).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    details: {
      findings: [{ check: 'overset-text' }, { check: 'missing-bleed' }, {}],
      preflight: { version: 1, pageCount: 3 },
    },
  });
});
