import { readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { RenderProgress } from '@pubpipe/core';
import { expect, it } from 'vitest';
import { documentOf, documents, linkedImage, threePagesWith } from '../fixtures/documents.ts';
import { makeZip } from '../fixtures/make-zip.ts';
import { openRendererForTest } from './open-renderer.ts';

const soundText = threePagesWith('ANNAME="logo"', 'ANNAME="logo" ');
const zipOf = (text: string) =>
  makeZip([
    { name: 'Flyer/document.sla', content: text },
    { name: 'Flyer/red.png', content: linkedImage['red.png'] },
  ]);

it('renders what was collected for output into a zip, with its images, and leaves nothing of it', async () => {
  const opened = await openRendererForTest();

  const { scratch, result } = await opened.render(documentOf(zipOf(soundText), {}, 'collected.zip'));

  expect(result).toMatchObject({ pageCount: 3, findings: [] });
  expect(await readdir(scratch.inputDirectory)).toEqual(['collected.zip']);
  expect((await readFile(`${scratch.outputDirectory}/document.pdf`, 'latin1')).slice(0, 5)).toBe('%PDF-');
  expect(await opened.temporaryFiles()).toEqual([]);
});

it('screens what was in a zip, and leaves nothing of it', async () => {
  const opened = await openRendererForTest();
  const escaping = zipOf(soundText.replace('PFILE="red.png"', 'PFILE="/etc/hostname"'));

  await expect(opened.render(documentOf(escaping, {}, 'collected.zip'))).rejects.toMatchObject({
    code: 'UNSAFE_DOCUMENT',
    details: { reason: 'path-outside' },
  });
  await expect(opened.render(documentOf(makeZip([]), {}, 'empty.zip'))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  expect(await opened.temporaryFiles()).toEqual([]);
});

it('takes a zip for a document only by its name', async () => {
  const { render } = await openRendererForTest();

  await expect(render(documentOf(zipOf(soundText)))).rejects.toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
  await expect(render(documents.sound)).resolves.toBeDefined();
});

it('unpacks a zip only when there is a place for its render', async () => {
  const opened = await openRendererForTest({ slots: 1 });
  const collected = documentOf(zipOf(soundText), {}, 'collected.zip');
  const directories = new Set<number>();
  const count = ({ stage }: RenderProgress): void => {
    if (stage === 'opening') directories.add(readdirSync(opened.temporaryDirectory).filter(isOfARender).length);
  };

  await Promise.all(Array.from({ length: 5 }, () => opened.render(collected, {}, { onProgress: count })));

  // What was unpacked for this one, and its HOME and TMPDIR; the same of the one before, while it is checked.
  expect(Math.max(...directories)).toBeLessThanOrEqual(4);
  expect(Math.min(...directories)).toBeGreaterThanOrEqual(2);
});

const isOfARender = (name: string): boolean => name.startsWith('pubpipe-render-');
