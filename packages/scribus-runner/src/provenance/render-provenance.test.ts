import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FileHashes } from './file-hashes.ts';
import { buildRenderProvenance } from './render-provenance.ts';

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const { signal } = new AbortController();

async function job() {
  const inputDirectory = await mkdtemp(join(tmpdir(), 'provenance-'));
  onTestFinished(() => rm(inputDirectory, { recursive: true }));
  await mkdir(join(inputDirectory, 'images'));
  await writeFile(join(inputDirectory, 'flyer.sla'), 'document');
  await writeFile(join(inputDirectory, 'images/z.png'), 'image');
  await writeFile(join(inputDirectory, 'a.ttf'), 'font');
  const fileOf = (name: string) => ({ name, path: join(inputDirectory, name) });
  return {
    inputDirectory,
    scribusVersion: '1.5.8',
    document: fileOf('flyer.sla'),
    assets: ['images/z.png', 'a.ttf'].map(fileOf),
    fonts: [{ ...fileOf('a.ttf'), name: 'Sans Regular' }],
    profiles: [],
    options: { documentDate: new Date(0), png: undefined, pdf: { version: '1.4' } },
  };
}

it('names all that went into a result by its content, and no path of the machine', async () => {
  const provenance = await buildRenderProvenance(await job(), { hashes: new FileHashes(), signal });

  expect(provenance).toEqual({
    renderedBy: { name: 'scribus', version: '1.5.8' },
    document: { name: 'flyer.sla', sha256: sha256('document') },
    assets: [
      { name: 'a.ttf', sha256: sha256('font') },
      { name: 'images/z.png', sha256: sha256('image') },
    ],
    fonts: [{ name: 'Sans Regular', sha256: sha256('font') }],
    profiles: [],
    options: { documentDate: '1970-01-01T00:00:00.000Z', pdf: { version: '1.4' } },
  });
  expect(JSON.parse(JSON.stringify(provenance))).toEqual(provenance);
});

it('sees that a font has changed', async () => {
  const sources = await job();
  const hashes = new FileHashes();
  const fontOf = async () => (await buildRenderProvenance(sources, { hashes, signal })).fonts[0]?.sha256;
  expect(await fontOf()).toBe(sha256('font'));
  const path = join(sources.inputDirectory, 'a.ttf');
  await writeFile(path, 'FONT');
  await utimes(path, new Date(), new Date(2_000_000_000_000));
  expect(await fontOf()).toBe(sha256('FONT'));
});

it('leaves out what is no file, and what is not there', async () => {
  const sources = await job();
  const odd = {
    ...sources,
    assets: ['images', 'no.png', 'a.ttf'].map((name) => ({ name, path: join(sources.inputDirectory, name) })),
  };
  const { assets } = await buildRenderProvenance(odd, { hashes: new FileHashes(), signal });
  expect(assets).toEqual([{ name: 'a.ttf', sha256: sha256('font') }]);
});

it('needs the document', async () => {
  const sources = await job();
  await rm(sources.document.path);
  await expect(buildRenderProvenance(sources, { hashes: new FileHashes(), signal })).rejects.toMatchObject({
    code: 'DOCUMENT_UNREADABLE',
  });
});

it('stops when it is told to', async () => {
  const options = { hashes: new FileHashes(), signal: AbortSignal.abort() };
  await expect(buildRenderProvenance(await job(), options)).rejects.toMatchObject({ code: 'CANCELLED' });
});
