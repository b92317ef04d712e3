import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PdfPart } from '@pubpipe/core';
import { createPdfJoiner, type PdfJoinerOptions } from '@pubpipe/scribus-runner/join';
import { expect, it, onTestFinished } from 'vitest';
import { onePage, pdfOfObjects, streamOf } from '../fixtures/pdf-of-objects.ts';
import { processesNaming } from '../integration/open-renderer.ts';
import { readWithQpdf } from './inspect-pdf.ts';

/** A folder for outputs and one for parts, which go with the running test. */
async function openScene(options: PdfJoinerOptions = {}) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'pubpipe-join-test-')));
  onTestFinished(() => rm(root, { recursive: true }));
  const [parts, outputs] = [join(root, 'parts'), join(root, 'outputs')];
  for (const directory of [parts, outputs]) await mkdir(directory);
  const output = join(outputs, 'joined.pdf');
  return {
    root,
    output,
    outputs: () => readdir(outputs),
    /** Writes a part, a page of 100 × 50 pt unless it is said. */
    lay: async (name: string, content: Uint8Array = pdfOfObjects(onePage())): Promise<string> => {
      await writeFile(join(parts, name), content);
      return join(parts, name);
    },
    /** Writes a program that takes the place of qpdf. */
    program: async (lines: readonly string[]): Promise<string> => {
      const path = join(root, 'program');
      await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
      return path;
    },
    join: (all: readonly PdfPart[], { signal, ...more }: PdfJoinerOptions & { readonly signal?: AbortSignal } = {}) =>
      createPdfJoiner({ ...options, ...more }).join({ parts: all, output }, { signal }),
  };
}
const isVersion = '[ "$1" = --version ] && exec qpdf --version';

it('gives up when its time is over, though the list of parts hangs', async () => {
  const { lay, output, outputs } = await openScene();
  const path = await lay('a.pdf');
  const parts = async function* () {
    yield { path };
    await new Promise(() => undefined);
  };

  const joined = createPdfJoiner({ timeoutMs: 2_000 }).join({ parts: parts(), output });

  await expect(joined).rejects.toMatchObject({ code: 'RENDER_TIMEOUT' });
  expect(await outputs()).toEqual([]);
});

it('takes parts with any name', async () => {
  const { lay, join: joinAll, output } = await openScene();
  const names = [
    'a b.pdf',
    '-z',
    '@args',
    '--',
    'line\nbreak.pdf',
    'quote"\'\\.pdf',
    'Größe 日本.pdf',
    '1-z',
    '%d',
    '*',
  ];
  const parts = await Promise.all(names.map(async (name) => ({ path: await lay(name), title: name })));

  expect(await joinAll(parts)).toMatchObject({ pageCount: names.length });

  expect(readWithQpdf(output).bookmarks.map(({ title }) => title)).toEqual(names);
});

it('joins hundreds of parts, whose pages are in order', async () => {
  const { lay, join: joinAll, output } = await openScene();
  const parts = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const objects = { 3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${100 + index} 50] >>` };
      return { path: await lay(`${index}.pdf`, pdfOfObjects(onePage('', objects))), title: `${index}` };
    }),
  );

  expect(await joinAll(parts)).toMatchObject({ pageCount: 300 });

  const { pages, bookmarks, resolve } = readWithQpdf(output);
  const widths = pages.map((page) => (resolve(page['/MediaBox']) as readonly number[])[2]);
  expect(widths).toEqual(Array.from({ length: 300 }, (_, index) => 100 + index));
  expect(bookmarks.map(({ page }) => page)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
});

it('keeps links that name their target, and form fields of one name apart', async () => {
  const { lay, join: joinAll, output } = await openScene();
  const objects = {
    1: '<< /Type /Catalog /Pages 2 0 R /Names << /Dests << /Names [(there) [3 0 R /XYZ 0 50 0.000001]] >> >> /AcroForm 6 0 R >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 50] /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /GoTo /D (there) >> >> 5 0 R] >>',
    5: '<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /Rect [0 0 9 9] /P 3 0 R >>',
    6: '<< /Fields [5 0 R] >>',
  };
  const path = await lay('form.pdf', pdfOfObjects(onePage('', objects)));

  await joinAll([{ path }, { path }]);

  const { pages, catalog, resolve, pageOf } = readWithQpdf(output);
  type Entries = Readonly<Record<string, { readonly '/D': readonly string[] }>>;
  const links = pages.map((page) => resolve((resolve(page['/Annots']) as readonly string[])[0]) as Entries);
  expect(links.map((link) => pageOf(link['/A']?.['/D'][0]))).toEqual([1, 2]);
  expect(links[0]?.['/A']?.['/D'].slice(1)).toEqual(['/XYZ', 0, 50, 0.000001]);
  const form = resolve(catalog['/AcroForm']) as Readonly<Record<string, readonly string[]>>;
  const fields = form['/Fields']?.map((field) => (resolve(field) as Readonly<Record<string, string>>)['/T']);
  expect(new Set(fields).size).toBe(2);
});

it('refuses more parts, and longer ones, than it may join', async () => {
  const { lay, join: joinAll, outputs } = await openScene();
  const path = await lay('a.pdf');

  for (const [limit, bound] of [
    ['maxParts', 2],
    ['maxBytes', 900],
  ] as const) {
    await expect(joinAll([{ path }, { path }, { path }], { [limit]: bound })).rejects.toMatchObject({
      code: 'RENDER_LIMIT',
      details: { limit },
    });
  }
  expect(await outputs()).toEqual([]);
});

it.each([
  ['maxMemoryBytes', 64 * 1024 * 1024],
  ['maxBytes', 512 * 1024],
])('bounds what qpdf may take: %s', async (limit, bound) => {
  const { lay, join: joinAll, outputs } = await openScene();
  const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [index + 4, `<< /Index ${index} >>`]));
  const references = Object.keys(many).map((number) => `${number} 0 R`);
  const path = await lay('a.pdf', pdfOfObjects(onePage(`/PieceInfo [${references.join(' ')}]`, many)));
  // Packed, they are much shorter than what they become.
  execFileSync('qpdf', [path, '--object-streams=generate', `${path}.packed`]);

  await expect(joinAll([{ path: `${path}.packed` }], { [limit]: bound })).rejects.toMatchObject({
    code: 'RENDER_LIMIT',
    details: { limit },
  });
  expect(await outputs()).toEqual([]);
});

it.each([
  ['is not there', undefined, /"\/nowhere\/qpdf" can't be started: install qpdf/],
  ['is too old', ['echo qpdf version 10.6.3'], /is of version 10, and has to be of 11 or newer/],
])('says what to do where qpdf %s', async (_, lines, says) => {
  const { lay, join: joinAll, program } = await openScene();
  const qpdf = lines === undefined ? '/nowhere/qpdf' : await program(lines);

  await expect(joinAll([{ path: await lay('a.pdf') }], { qpdf })).rejects.toMatchObject({
    code: 'RENDERER_UNAVAILABLE',
    message: expect.stringMatching(says),
  });
});

it('ends a qpdf that hangs: when it is told to, and when it has taken too long', async () => {
  const { lay, join: joinAll, outputs, program, root } = await openScene();
  const qpdf = await program([isVersion, 'echo $$ > "$0.pid"', 'exec sleep 1000']);
  const parts = [{ path: await lay('a.pdf') }];
  const reason = new Error('The customer has left.');
  const controller = new AbortController();

  const cancelled = joinAll(parts, { qpdf, signal: controller.signal });
  await expect.poll(() => readdir(root)).toContain('program.pid');
  controller.abort(reason);
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
  await expect(joinAll(parts, { qpdf, timeoutMs: 1000 })).rejects.toMatchObject({ code: 'RENDER_TIMEOUT' });

  expect(await outputs()).toEqual([]);
  expect(await processesNaming(root)).toEqual([]);
});

it('refuses what qpdf has left out', async () => {
  const { lay, join: joinAll, outputs, program } = await openScene();
  // Of the pages of all parts it takes those of the first only.
  const shorter = `sed 's/},{"file":.*\\]/}]/' "\${1#--job-json-file=}" > "$0.json"`;
  const qpdf = await program([isVersion, shorter, 'exec qpdf "--job-json-file=$0.json"']);
  const drawn = pdfOfObjects(onePage('/Contents 4 0 R', { 4: streamOf('q Q') }));

  const joined = joinAll([{ path: await lay('a.pdf', drawn) }, { path: await lay('b.pdf') }], { qpdf });

  await expect(joined).rejects.toMatchObject({ code: 'OUTPUT_MISMATCH' });
  expect(await outputs()).toEqual([]);
});
