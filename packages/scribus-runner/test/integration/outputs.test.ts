import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseAssetName } from '@pubpipe/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { mayMount, mountTmpfs } from '../../../../test/kit/mount-tmpfs.ts';
import { documentOf, documents, linkedImage, packed, severalSizes, threePagesWith } from '../fixtures/documents.ts';
import { openRenderer, openRendererForTest, type RendererUnderTest } from './open-renderer.ts';

const templates = '/usr/share/scribus/templates';
const representative = ['buscard1/buscard1.sla.gz', 'br1/br1.sla.gz', 'nl2/nl2.sla.gz', 'pres_backgr_4/bokeh.sla.gz'];

describe('the outputs of real Scribus', () => {
  let opened: RendererUnderTest;
  beforeAll(async () => {
    opened = await openRenderer();
  });
  afterAll(() => opened.close());

  it.each(representative)('pass the truth check: %s', async (template) => {
    expect(existsSync(join(templates, template)), 'the templates of Scribus are installed').toBe(true);
    const outputDirectory = await mkdtemp(join(tmpdir(), 'scribus-runner-output-'));
    onTestFinished(() => rm(outputDirectory, { recursive: true }));

    const { pageCount, renditions } = await opened.renderer.render({
      inputDirectory: join(templates, dirname(template)),
      document: parseAssetName(basename(template)),
      outputDirectory,
      renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 96 }],
      // One of them links images that its package doesn't bring.
      failOn: [],
    });

    expect(renditions).toHaveLength(pageCount + 1);
    expect((await readdir(outputDirectory)).toSorted()).toEqual(
      renditions.map(({ name }) => name as string).toSorted(),
    );
  });

  it('have their fonts embedded as subsets', async () => {
    const { scratch } = await opened.render(documents.sound);

    const fonts = execFileSync('pdffonts', [join(scratch.outputDirectory, 'document.pdf')], { encoding: 'utf8' });

    expect(fonts).toMatch(/[A-Z]{6}\+DejaVuSans .* yes yes yes/);
  });

  it.each([
    {
      what: 'bleed and marks',
      text: threePagesWith('cropMarks="0" bleedMarks="0"', 'cropMarks="1" bleedMarks="1"').replace(
        /BTop="0" BLeft="0" BRight="0" BBottom="0" useDocBleeds="1"/,
        'BTop="9" BLeft="12" BRight="6" BBottom="3" useDocBleeds="0"',
      ),
    },
    {
      what: 'a password',
      text: threePagesWith('Encrypt="0"', 'Encrypt="1"').replace('PassUser=""', 'PassUser="open sesame"'),
    },
    { what: 'pages of several sizes, none of them the size of the document', text: severalSizes },
  ])('pass the truth check with $what', async ({ text }) => {
    const renditions = [{ kind: 'pdf' }, { kind: 'png' }] as const;

    const { result } = await opened.render(documentOf(text, linkedImage), { renditions });

    expect(result.renditions).toHaveLength(4);
  });

  it('come from a packed document too, and leave nothing but themselves', async () => {
    const { result, scratch } = await opened.render(packed);

    expect(result.pageCount).toBe(3);
    expect(readdirSync(scratch.outputDirectory)).toEqual(['document.pdf']);
  });
});

const mayMountHere = await mayMount();

describe('a disk that is full', () => {
  it.skipIf(!mayMountHere).each(['pdf', 'png'] as const)(
    'is told from a refused export (needs the right to mount): %s',
    async (kind) => {
      const disk = await mountTmpfs(8 * 1024);
      onTestFinished(() => disk.unmount());
      const { render, temporaryFiles } = await openRendererForTest();

      const rendition = kind === 'pdf' ? ({ kind } as const) : ({ kind, dpi: 600 } as const);
      const unwritable = render(documents.sound, { outputDirectory: disk.directory, renditions: [rendition] });

      const error = { code: 'OUTPUT_UNWRITABLE', details: { log: expect.any(String) } };
      await expect(unwritable).rejects.toMatchObject(error);
      expect(await temporaryFiles()).toEqual([]);
    },
  );

  it('is noticed before Scribus starts where there is not even room for a directory', async () => {
    const { render } = await openRendererForTest({ temporaryDirectory: '/proc' });

    await expect(render(documents.sound)).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  });
});
