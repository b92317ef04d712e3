import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { PubpipeError } from '@pubpipe/core';
import type { CheckRendition, ExportedFile } from '@pubpipe/scribus-runner';
import { expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

const run = promisify(execFile);
const renditions = [{ kind: 'png', pages: [2] }, { kind: 'pdf' }] as const;

/** A checker of its own, as a process: it refuses PDFs that were not made by the programs that it knows. */
const madeBy =
  (producer: string): CheckRendition =>
  async ({ kind, path }, { signal }) => {
    if (kind !== 'pdf') return;
    const { stdout } = await run('pdfinfo', [path], { signal });
    if (!stdout.includes(producer)) throw new Error(`It was not made by ${producer}.`);
  };

it('hands over what an external checker passes, after it has seen it', async () => {
  const seen: (ExportedFile & { readonly published: readonly string[] })[] = [];
  const handedOver: string[] = [];
  const check = madeBy('Scribus PDF Library');
  const { render } = await openRendererForTest({
    checkRendition: async (file, controls) => {
      seen.push({ ...file, published: [...handedOver] });
      await check(file, controls);
    },
  });

  const { scratch } = await render(
    documents.sound,
    { renditions },
    { onRendition: ({ name }) => handedOver.push(name) },
  );

  expect(seen).toMatchObject([
    { kind: 'png', name: 'page-0002.png', page: 2, published: [] },
    { kind: 'pdf', name: 'document.pdf', password: '', published: ['page-0002.png'] },
  ]);
  expect((await readdir(scratch.outputDirectory)).toSorted()).toEqual(['document.pdf', 'page-0002.png']);
});

it('comes after the hook and after our own checks', async () => {
  const order: string[] = [];
  const { render } = await openRendererForTest({
    afterExport: async ({ name }) => void order.push(`after ${name}`),
    checkRendition: async ({ name, path }) => {
      // Pinned already: what is checked is what is handed over.
      if (name.endsWith('.pdf')) expect(await readFile(path, 'latin1')).toContain('D:20000101');
      order.push(`check ${name}`);
    },
  });

  await render(documents.sound, { renditions });

  expect(order).toEqual(['after page-0002.png', 'check page-0002.png', 'after document.pdf', 'check document.pdf']);
});

it('publishes nothing of what an external checker refuses', async () => {
  const { render, scratchSpace } = await openRendererForTest({ checkRendition: madeBy('Quark') });
  const scratch = await scratchSpace.open();
  const handedOver: unknown[] = [];

  const rendered = render(
    documents.sound,
    { renditions: [{ kind: 'pdf' }], outputDirectory: scratch.outputDirectory },
    { onRendition: (file) => handedOver.push(file) },
  );

  await expect(rendered).rejects.toMatchObject({
    code: 'OUTPUT_MISMATCH',
    message: expect.stringContaining('document.pdf'),
    details: { got: 'It was not made by Quark.' },
  });
  expect(handedOver).toEqual([]);
  expect(await readdir(scratch.outputDirectory)).toEqual([]);
  await scratch.close();
});

it("fails with the checker's own error when the checker is not there", async () => {
  const checkRendition: CheckRendition = async ({ path }) => {
    await run('no-such-checker', [path]).catch((cause: unknown) => {
      throw new PubpipeError('RENDERER_UNAVAILABLE', 'The checker is not installed.', { cause });
    });
  };
  const { render } = await openRendererForTest({ checkRendition });

  await expect(render(documents.sound)).rejects.toMatchObject({
    code: 'RENDERER_UNAVAILABLE',
    message: 'The checker is not installed.',
  });
});

it('takes no longer than the render may', async () => {
  const checkRendition: CheckRendition = () => new Promise<void>(() => undefined);
  const { render } = await openRendererForTest({ checkRendition });

  await expect(render(documents.sound, { timeoutMs: 3000 })).rejects.toMatchObject({
    code: 'RENDER_TIMEOUT',
    details: { of: 'render' },
  });
});
