// Renders a Scribus document with SQLite, the file system and Scribus itself, and nothing else:
//
//   node --conditions=@pubpipe/source src/main.ts [document.sla] [output folder]
import { glob, open, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { JobEvent } from '@pubpipe/core';
import { openEmbeddedPipeline } from './open-embedded-pipeline.ts';

const ownDocument = fileURLToPath(new URL('../../documents/lakeside-concerts/lakeside-concerts.sla', import.meta.url));
const [document = ownDocument, outputFolder = 'output'] = process.argv.slice(2);
const output = resolve(outputFolder);
const { pipeline, close } = await openEmbeddedPipeline(join(output, 'state'));

try {
  const job = await pipeline.renderAndWait(
    {
      document: await upload(document),
      assets: await uploadAssets(dirname(document)),
      renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 150 }],
    },
    { onEvent: ({ seq, type, data }: JobEvent) => console.log(seq, type, data['stage'] ?? data['name'] ?? '') },
  );
  for (const { name, artifact } of job.outputs) {
    const { body } = await pipeline.download(artifact);
    await writeFile(join(output, name), body);
    console.log(`${join(output, name)}: ${artifact.byteSize} bytes`);
  }
} finally {
  await close();
}

/** Stores one file and returns its id. */
async function upload(path: string): Promise<string> {
  const file = await open(path);
  const { id } = await pipeline.upload({ fileName: basename(path), content: file.createReadStream() });
  return id;
}

/** Stores the linked images and the fonts beside the document, under the names by which it knows them. */
async function uploadAssets(folder: string) {
  const names = await Array.fromAsync(glob('{images,fonts}/**/*.{png,jpg,tif,pdf,svg,otf,ttf}', { cwd: folder }));
  return await Promise.all(names.map(async (name) => ({ name, artifact: await upload(join(folder, name)) })));
}
