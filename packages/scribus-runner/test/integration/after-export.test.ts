import { execFile } from 'node:child_process';
import { appendFile, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { AfterExport, ExportedFile } from '@pubpipe/scribus-runner';
import { expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

const renditions = [{ kind: 'pdf' }, { kind: 'png', pages: [2] }] as const;

it('sees each file before it is checked and handed over, and may change it', async () => {
  const seen: (ExportedFile & { readonly named: boolean })[] = [];
  const names: string[] = [];
  const afterExport: AfterExport = async (file, { signal }) => {
    expect(signal.aborted).toBe(false);
    seen.push({ ...file, named: names.includes(file.name) });
    if (file.kind === 'pdf') await stamp(file.path);
  };
  const { render } = await openRendererForTest({ afterExport });

  const { scratch } = await render(documents.sound, { renditions }, { onRendition: ({ name }) => names.push(name) });

  expect(seen).toMatchObject([
    { kind: 'png', name: 'page-0002.png', page: 2, named: false },
    { kind: 'pdf', name: 'document.pdf', password: '', named: false },
  ]);
  expect(seen.every(({ path, name }) => path.startsWith(scratch.outputDirectory) && basename(path) !== name)).toBe(
    true,
  );
  const pdf = await readFile(join(scratch.outputDirectory, 'document.pdf'), 'latin1');
  expect(pdf).toContain('Stamped by the hook');
});

it('is given the password of an encrypted PDF', async () => {
  const passwords: (string | undefined)[] = [];
  const { render } = await openRendererForTest({ afterExport: async ({ password }) => void passwords.push(password) });
  const encryption = { ownerPassword: 'o', userPassword: 'open sesame' };

  await render(documents.sound, { renditions: [{ kind: 'pdf', options: { encryption } }] });

  expect(passwords).toEqual(['open sesame']);
});

// poppler's pdfunite would count too few objects in its table, which the truth check takes for damage.
const gsOptions = ['-q', '-dNOPAUSE', '-dBATCH', '-sDEVICE=pdfwrite', '-dCompatibilityLevel=1.4'];

it('says what sizes the pages have that it made', async () => {
  // The second sheet of a booklet of one page is the first page again: two pages from one.
  const duplicate: AfterExport = async ({ path }) => {
    await promisify(execFile)('gs', [...gsOptions, `-sOutputFile=${path}.twice`, path, path]);
    await rename(`${path}.twice`, path);
    return { pages: [1, 2].map(() => ({ widthPt: 209.764, heightPt: 297.638 })) };
  };
  const telling = await openRendererForTest({ afterExport: duplicate });
  const silent = await openRendererForTest({
    afterExport: async (file, controls) => void (await duplicate(file, controls)),
  });
  const onePage = { renditions: [{ kind: 'pdf', pages: [1] }] } as const;

  const { result } = await telling.render(documents.sound, onePage);

  expect(result.renditions).toHaveLength(1);
  await expect(silent.render(documents.sound, onePage)).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
    details: { asked: { pageCount: 1 }, got: { pageCount: 2 } },
  });
});

it.each<{ readonly what: string; readonly afterExport: AfterExport; readonly error: object }>([
  {
    what: 'fails',
    afterExport: async () => {
      throw new Error('The plate is full.');
    },
    error: { code: 'RENDER_FAILED', cause: { message: 'The plate is full.' }, details: { name: 'page-0002.png' } },
  },
  {
    what: 'leaves half a file',
    afterExport: async ({ path }) => await appendFile(path, 'more'),
    error: { code: 'OUTPUT_MISMATCH' },
  },
  { what: 'removes the file', afterExport: async ({ path }) => await rm(path), error: { code: 'OUTPUT_MISMATCH' } },
  {
    what: 'leaves a link',
    afterExport: async ({ path }) => {
      await rename(path, `${path}.real`);
      await symlink(`${path}.real`, path);
    },
    error: { code: 'OUTPUT_MISMATCH' },
  },
])('fails the render when it $what, and nothing is handed over', async ({ afterExport, error }) => {
  const { render } = await openRendererForTest({ afterExport });
  const handedOver: unknown[] = [];

  const rendered = render(documents.sound, { renditions }, { onRendition: (file) => handedOver.push(file) });

  await expect(rendered).rejects.toMatchObject(error);
  expect(handedOver).toEqual([]);
});

it('is told when the render ends early', async () => {
  const started = Promise.withResolvers<void>();
  const afterExport: AfterExport = async (_, { signal }) => {
    started.resolve();
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('Stopped.'))));
  };
  const { render } = await openRendererForTest({ afterExport });
  const controller = new AbortController();

  const rendered = render(documents.sound, { renditions }, controller);
  await Promise.race([started.promise, rendered]);
  controller.abort();

  await expect(rendered).rejects.toMatchObject({ code: 'CANCELLED' });
});

/** Changes the document information in as many bytes: the places of a PDF's objects are counted from its beginning. */
async function stamp(path: string): Promise<void> {
  const text = await readFile(path, 'latin1');
  await writeFile(path, text.replace('Scribus PDF Library', 'Stamped by the hook'), 'latin1');
}
