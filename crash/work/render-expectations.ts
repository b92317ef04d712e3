import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAssetName } from '@pubpipe/core';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import type { Expectations } from './expectations.ts';
import { renditions } from './order.ts';
import { scribusDocumentOf, scribusDocuments } from './scribus-documents.ts';

/** What Scribus makes of each document, when nothing is killed: it promises the same bytes whenever it renders it again. */
export async function renderExpectations(seed: number, directory: string): Promise<Expectations> {
  const renderer = createScribusRenderer({ slots: 1 });
  const known = new Map<number, ReadonlyMap<string, string>>();
  try {
    for (let kind = 0; kind < scribusDocuments; kind += 1) {
      const [inputDirectory, outputDirectory] = [join(directory, `input-${kind}`), join(directory, `output-${kind}`)];
      await Promise.all([mkdir(inputDirectory), mkdir(outputDirectory)]);
      await writeFile(join(inputDirectory, 'document.sla'), scribusDocumentOf(seed, kind));
      const document = parseAssetName('document.sla');
      const rendered = await renderer.render({ inputDirectory, outputDirectory, document, renditions });
      const digests = rendered.renditions.map(async ({ name }) => {
        const bytes = await readFile(join(outputDirectory, name));
        return [name, createHash('sha256').update(bytes).digest('hex')] as const;
      });
      known.set(kind, new Map<string, string>(await Promise.all(digests)));
    }
  } finally {
    await renderer.close();
  }
  return (order) => known.get(order % scribusDocuments) ?? new Map();
}
