import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RenderableDocument } from '@pubpipe/core/testing';
import type { Page } from 'playwright-core';
import { makeZip } from '../../../packages/scribus-runner/test/fixtures/make-zip.ts';

/** The folder of the programme of a festival: two pages, with an image and fonts beside it. */
export const programmeFolder = join(import.meta.dirname, '../../../examples/documents/lakeside-concerts');

/** The programme as a zip. */
export async function zipProgramme(): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const entries = await readdir(programmeFolder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        return { name: path.slice(programmeFolder.length + 1), content: await readFile(path) };
      }),
  );
  return { name: 'lakeside-concerts.zip', mimeType: 'application/zip', buffer: makeZip(files) };
}

/** A document of the renderer's tests, as files that a person chooses. */
export function filesOf({ files }: RenderableDocument): { name: string; mimeType: string; buffer: Buffer }[] {
  return files.map(({ name, content }) => {
    return { name: basename(name), mimeType: 'application/octet-stream', buffer: Buffer.from(content) };
  });
}

type ChosenFiles = Parameters<Awaited<ReturnType<typeof chooser>>['setFiles']>[0];
const chooser = (page: Page) => page.waitForEvent('filechooser');

/** Chooses files by the button, as a person does. */
export async function chooseFiles(page: Page, files: ChosenFiles, button = 'Choose files'): Promise<void> {
  const opened = chooser(page);
  await page.getByRole('button', { name: button }).click();
  await (await opened).setFiles(files);
}
