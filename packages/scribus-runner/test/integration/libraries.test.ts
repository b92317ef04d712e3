import { copyFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { documentOf, linkedImage, threePagesWith } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

// Of Debian's packages fonts-dejavu-core, fonts-liberation and scribus.
const dejaVu = '/usr/share/fonts/truetype/dejavu';
const liberation = '/usr/share/fonts/truetype/liberation';
const press = '/usr/share/scribus/profiles/ISOcoated_v2_300_bas.icc';

async function makeDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'libraries-test-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A Scribus on a system that has no other fonts than those of DejaVu. */
async function scribusWithFewFonts(): Promise<readonly string[]> {
  const directory = await makeDirectory();
  const configuration = join(directory, 'few.conf');
  await writeFile(configuration, `<fontconfig><dir>${dejaVu}</dir><cachedir>${directory}</cachedir></fontconfig>`);
  return ['env', `FONTCONFIG_FILE=${configuration}`, 'scribus'];
}

/** The profile of a press under another name of the same length. */
async function pressProfile(name: 'TSO' | 'TSX'): Promise<Buffer> {
  const content = await readFile(press, 'latin1');
  return Buffer.from(content.replace('ISO Coated v2', `${name} Coated v2`), 'latin1');
}

const inFont = (font: string) =>
  threePagesWith('<ITEXT FONT="DejaVu Sans Book" CH="Second', `<ITEXT FONT="${font}" CH="Second`);

it('counts fonts in `fonts/` beside the document as present, for that job only', async () => {
  const { render } = await openRendererForTest({ scribus: await scribusWithFewFonts() });
  const text = inFont('Liberation Sans Regular');
  const font = await readFile(join(liberation, 'LiberationSans-Regular.ttf'));

  const bare = await render(documentOf(text, linkedImage), { failOn: [] });
  const brought = await render(documentOf(text, { ...linkedImage, 'fonts/LiberationSans-Regular.ttf': font }));
  const after = await render(documentOf(text, linkedImage), { failOn: [] });

  const missing = { check: 'missing-font', page: 2, facts: { font: 'Liberation Sans Regular' } };
  expect(bare.result.findings).toMatchObject([missing]);
  expect(brought.result.findings).toEqual([]);
  expect(brought.result.preflight?.fonts).toContainEqual({
    name: 'Liberation Sans Regular',
    used: true,
    source: 'document',
  });
  expect(after.result.findings).toMatchObject([missing]);
});

it('lists the fonts and profiles of the system and of shared directories, and documents can use them', async () => {
  const shared = await makeDirectory();
  await mkdir(join(shared, 'fonts & more', 'deep'), { recursive: true });
  // A name of its own: the system has this font's family, but not from this directory.
  await copyFile(join(liberation, 'LiberationSerif-Regular.ttf'), join(shared, 'fonts & more', 'deep', 'Shared.ttf'));
  await mkdir(join(shared, 'profiles'));
  await writeFile(join(shared, 'profiles', 'shared.icc'), await pressProfile('TSO'));
  await writeFile(join(shared, 'profiles', 'broken.icc'), 'This is no profile.');
  const { renderer, render, temporaryFiles } = await openRendererForTest({
    fontDirectories: [join(shared, 'fonts & more')],
    profileDirectories: [join(shared, 'profiles')],
  });
  const text = threePagesWith('HCMS="0"', 'HCMS="1"').replaceAll('ISO Coated v2', 'TSO Coated v2');

  const [fonts, profiles] = [await renderer.fonts?.(), await renderer.profiles?.()];
  const { result } = await render(documentOf(text, linkedImage));
  await renderer.close();

  expect(fonts).toContainEqual({
    name: 'DejaVu Sans Book',
    family: 'DejaVu Sans',
    style: 'Book',
    fileName: 'DejaVuSans.ttf',
    format: 'ttf',
  });
  expect(profiles).toContainEqual({
    name: 'TSO Coated v2 300% (basICColor)',
    colorSpace: 'cmyk',
    kind: 'output',
    fileName: 'shared.icc',
  });
  expect(profiles?.map(({ name }) => name)).toContain('ISO Coated v2 300% (basICColor)');
  expect(result.preflight?.profiles).toContainEqual({
    name: 'TSO Coated v2 300% (basICColor)',
    use: 'output',
    present: true,
  });
  expect(await temporaryFiles()).toEqual([]);
});

it('finds fonts in shared directories that the system does not have', async () => {
  const shared = await makeDirectory();
  await copyFile(join(liberation, 'LiberationSans-Regular.ttf'), join(shared, 'LiberationSans-Regular.ttf'));
  const few = await scribusWithFewFonts();
  const configuration = few[1]?.replace('FONTCONFIG_FILE=', '') ?? '';
  process.env['FONTCONFIG_FILE'] = configuration;
  onTestFinished(() => {
    delete process.env['FONTCONFIG_FILE'];
  });
  const { renderer, render } = await openRendererForTest({ fontDirectories: [shared] });

  const { result } = await render(documentOf(inFont('Liberation Sans Regular'), linkedImage));

  expect(result.findings).toEqual([]);
  expect(result.preflight?.fonts).toContainEqual({ name: 'Liberation Sans Regular', used: true, source: 'installed' });
  expect((await renderer.fonts?.())?.map(({ family }) => family)).not.toContain('Liberation Serif');
});

it('finds a profile that came with the document', async () => {
  const { render } = await openRendererForTest();
  const text = threePagesWith('HCMS="0"', 'HCMS="1"').replaceAll('ISO Coated v2', 'TSX Coated v2');
  const beside = { ...linkedImage, 'profiles/press.icc': await pressProfile('TSX') };

  const without = await render(documentOf(text, linkedImage));
  const brought = await render(documentOf(text, beside));

  expect(without.result.findings.map(({ check }) => check)).toContain('missing-profile');
  expect(brought.result.findings).toEqual([]);
  expect(await readdir(brought.scratch.inputDirectory)).toContain('profiles');
});
