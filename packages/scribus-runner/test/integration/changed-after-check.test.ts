import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckRendition } from '@pubpipe/scribus-runner';
import { expect, it, onTestFinished, vi } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

// Stands in for a Scribus that its document has taken over: it changes a file when told that it has been checked.
const program = fileURLToPath(new URL('../fixtures/change-after-check.py', import.meta.url));
/** A picture of 8 × 8 pixels. */
const soundPage = fileURLToPath(new URL('../fixtures/red.png', import.meta.url));

it.each([
  ['by the descriptor that it has kept', 'descriptor'],
  ['by memory that shows it', 'memory'],
  ['by its path', 'path'],
  ['by a link in its place', 'link'],
  ['by a folder in its place', 'folder'],
])('publishes the bytes that were checked when Scribus changes a file afterwards %s', async (_, how) => {
  const directory = await mkdtemp(join(tmpdir(), 'scribus-runner-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [checked, changed] = [join(directory, 'checked'), join(directory, 'changed')];
  const checkRendition: CheckRendition = async () => {
    await writeFile(checked, '');
    await vi.waitFor(() => expect(existsSync(changed)).toBe(true), { timeout: 20_000 });
  };
  const scribus = ['python3', program, how, soundPage, checked, changed];
  const { render } = await openRendererForTest({ mode: 'cold', scribus, checkRendition });

  const { scratch } = await render(documents.sound, { renditions: [{ kind: 'png' }] });

  expect(await readFile(changed, 'utf8')).toBe(how);
  const published = await readFile(join(scratch.outputDirectory, 'page-0001.png'));
  expect(published.equals(await readFile(soundPage))).toBe(true);
});
