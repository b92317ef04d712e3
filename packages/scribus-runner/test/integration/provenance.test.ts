import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseAssetName } from '@pubpipe/core';
import { describe, expect, it } from 'vitest';
import { leavesOutScribusRoot } from '../../../../test/kit/scribus-root.ts';
import { documentOf, documents, linkedImage, printFeaturesWith, threePagesWith } from '../fixtures/documents.ts';
import { makeZip } from '../fixtures/make-zip.ts';
import { openRendererForTest } from './open-renderer.ts';
import { openScribus16 } from './scribus-installations.ts';

// Of Debian's packages fonts-dejavu-core, fonts-liberation and scribus.
const dejaVu = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
const liberation = '/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf';
const press = '/usr/share/scribus/profiles/ISOcoated_v2_300_bas.icc';

const digest = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const hashOf = (path: string) => digest(readFileSync(path));
const contentOf = ({ files }: typeof documents.sound, index = 0) => files[index]?.content ?? '';

describe.each(['warm', 'cold'] as const)('provenance of a %s render', (mode) => {
  it('names what went into it by content, render after render', async () => {
    const { render } = await openRendererForTest({ mode });
    const withFont = { ...documents.sound, files: [...documents.sound.files, ownFont] };

    const first = await render(withFont);
    const second = await render(documents.sound);

    expect(first.result.provenance).toEqual({
      renderedBy: first.result.renderedBy,
      document: { name: 'document.sla', sha256: digest(contentOf(documents.sound)) },
      assets: [
        { name: 'fonts/Own.ttf', sha256: hashOf(liberation) },
        { name: 'red.png', sha256: digest(linkedImage['red.png']) },
      ],
      fonts: [{ name: 'DejaVu Sans Book', sha256: hashOf(dejaVu) }],
      profiles: [],
      options: {
        documentDate: '2000-01-01T00:00:00.000Z',
        afterExport: false,
        renditions: [{ kind: 'pdf', fileName: 'document.pdf', pages: 'all' }],
      },
    });
    expect(second.result.provenance).toEqual({
      ...first.result.provenance,
      assets: [{ name: 'red.png', sha256: digest(linkedImage['red.png']) }],
    });
  });
});

const ownFont = { name: parseAssetName('fonts/Own.ttf'), content: readFileSync(liberation) };

it('names the press, what stands in for a missing font, and all options but passwords', async () => {
  const { render } = await openRendererForTest();
  const document = printFeaturesWith([/ITEXT FONT="[^"]*"/, 'ITEXT FONT="No Such Font"']);
  const encryption = { ownerPassword: 'very secret', allow: ['print'] } as const;

  const { result } = await render(document, {
    failOn: [],
    renditions: [
      { kind: 'png', dpi: 36, pages: [2] },
      { kind: 'pdf', profile: 'pdf/x-3', fileName: parseAssetName('x3.pdf') },
      { kind: 'pdf', profile: 'screen', options: { encryption } },
    ],
  });

  const { provenance } = result;
  const missing = result.preflight?.fonts.find(({ source, used }) => source === 'missing' && used);
  expect(missing?.substitute).toEqual(expect.any(String));
  expect(provenance?.fonts.map(({ name }) => name)).toContain(missing?.substitute);
  expect(provenance?.profiles).toContainEqual({ name: 'ISO Coated v2 300% (basICColor)', sha256: hashOf(press) });
  expect(provenance?.options['renditions']).toMatchObject([
    { kind: 'png', prefix: 'page-', dpi: 36, pages: [2] },
    { kind: 'pdf', fileName: 'x3.pdf', profile: 'pdf/x-3', pages: 'all', colour: 'print', resolutionDpi: 300 },
    { kind: 'pdf', fileName: 'document.pdf', profile: 'screen', encryption: { allow: ['print'] } },
  ]);
  const text = JSON.stringify(provenance);
  expect(text).not.toMatch(/secret|"\//);
  expect(JSON.parse(text)).toEqual(provenance);
});

it('names what was in a zip', async () => {
  const { render } = await openRendererForTest();
  const zip = makeZip([
    { name: 'Flyer/document.sla', content: Buffer.from(contentOf(documents.sound)) },
    { name: 'Flyer/red.png', content: linkedImage['red.png'] },
  ]);

  const { result } = await render(documentOf(zip, {}, 'collected.zip'));

  expect(result.provenance).toMatchObject({
    document: { name: 'Flyer/document.sla', sha256: digest(contentOf(documents.sound)) },
    assets: [{ name: 'Flyer/red.png', sha256: digest(linkedImage['red.png']) }],
  });
});

it('leaves out what the document links and what is not there', async () => {
  const { render } = await openRendererForTest();
  const text = threePagesWith('PFILE="red.png"', 'PFILE="no.png"');

  const { result } = await render(documentOf(text, linkedImage), { failOn: [] });

  expect(result.provenance?.assets).toEqual([]);
});

it.skipIf(leavesOutScribusRoot(process.env))(
  'names the fonts of a Scribus that has another root (left out by SCRIBUS_1_6_ROOT=none)',
  { timeout: 700_000 },
  async () => {
    const { scribus, templates } = await openScribus16();
    const root = templates.replace(/\/usr\/share\/.*/, '');
    const { render } = await openRendererForTest({ scribus });

    const { result } = await render(documents.sound);

    expect(result.provenance?.fonts).toEqual([{ name: 'DejaVu Sans Book', sha256: hashOf(root + dejaVu) }]);
  },
);
