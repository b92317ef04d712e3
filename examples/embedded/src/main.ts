// Renders a Scribus document with SQLite, the file system and Scribus, in one process and with no other service.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';
import { pipeline as copy } from 'node:stream/promises';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { startWorker } from '@pubpipe/core/worker';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import { createScribusMerger } from '@pubpipe/scribus-runner/merge';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';

/** A pipeline with a worker. Its jobs and files are kept in `directory`. */
export async function openPipeline(directory: string) {
  await mkdir(directory, { recursive: true });
  const db = new Kysely({ dialect: new SqliteDialect({ database: new SQLite(join(directory, 'jobs.sqlite')) }) });
  const jobStore = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
  const artifactStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
  const queue = createInProcessQueue();
  const bus = createInProcessEventBus();
  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus });
  const renderer = createScribusRenderer();
  const merging = { merger: createScribusMerger(renderer), pdfJoiner: createPdfJoiner() };
  const worker = startWorker(pipeline, { renderer, ...merging, scratchSpace: createFsScratchSpace() });
  const close = async () => {
    for (const part of [worker, pipeline, renderer, queue, bus, artifactStore]) await part.close();
    await db.destroy();
  };
  return { pipeline, close };
}

if (process.argv[1] === import.meta.filename) {
  const [path = 'card.sla.gz'] = process.argv.slice(2);
  const { pipeline, close } = await openPipeline('state');
  try {
    const document = await pipeline.upload({ fileName: basename(path), content: createReadStream(path) });
    const job = await pipeline.renderAndWait({
      document: document.id,
      renditions: [{ kind: 'pdf' }, { kind: 'png', dpi: 96 }],
    });
    for (const { name, artifact } of job.outputs)
      await copy((await pipeline.download(artifact)).body, createWriteStream(name));
  } finally {
    await close();
  }
}
