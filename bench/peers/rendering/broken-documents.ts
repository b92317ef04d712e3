import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { documentOf, documents, threePagesWith } from '../../../packages/scribus-runner/test/fixtures/documents.ts';

/** How a document can be broken. */
export const breakages = ['truncated', 'crashing', 'endless', 'refused', 'missing-image'] as const;

/** One of them. */
export type Breakage = (typeof breakages)[number];

/** Writes a broken document, with what lies beside it, into a directory; answers its path. */
export async function writeBroken(breakage: Breakage, directory: string): Promise<string> {
  await mkdir(directory);
  const { name, files } = brokenDocuments[breakage];
  for (const file of files) await writeFile(join(directory, file.name), file.content);
  return join(directory, name);
}

const brokenDocuments: Readonly<Record<Breakage, RenderableDocument>> = {
  // As an upload that was cut off leaves it.
  truncated: documentOf(threePagesWith(/(?<=<PAGEOBJECT )[\s\S]*/, '')),
  // Scribus 1.5.8 dies of it.
  crashing: documents.crashing,
  // An EPS with a loop without an end.
  endless: documents.endless,
  // A PDF/X-3 for a printer profile that is not there.
  refused: documentOf(
    threePagesWith(/ Version="14" /, ' Version="12" ').replace(/ PrintP="[^"]*"/, ' PrintP="Nowhere"'),
    filesBeside(documents.sound),
  ),
  'missing-image': documents.missingImage,
};

function filesBeside({ name, files }: RenderableDocument): Readonly<Record<string, Uint8Array>> {
  return Object.fromEntries(files.filter((file) => file.name !== name).map((file) => [file.name, file.content]));
}
