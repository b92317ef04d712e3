// The smallest whole application: one of Scribus' own templates goes through the pipeline and comes out
// as a PDF. It uses only what the packages export, as they come out of their tarballs.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pubpipePage } from '@pubpipe/adapter-express/page';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { createPipeline, isPubpipeError, type PubpipeError } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { startWorker } from '@pubpipe/core/worker';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';

const template = '/usr/share/scribus/templates/buscard1/buscard1.sla.gz';

const directory = await mkdtemp(join(tmpdir(), 'pubpipe-consumer-data-'));
const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new Database(join(directory, 'jobs.db')) }) });
const queue = createInProcessQueue();
const artifactStore = createFsArtifactStore({ directory: join(directory, 'artifacts') });
const renderer = createScribusRenderer();
try {
  const jobStore = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus: createInProcessEventBus() });
  const scratchSpace = createFsScratchSpace({ directory: join(directory, 'scratch') });
  const worker = startWorker(pipeline, { renderer, scratchSpace });

  const document = await pipeline.upload({ fileName: 'card.sla.gz', content: createReadStream(template) });
  const job = await pipeline.renderAndWait({ document: document.id, renditions: [{ kind: 'pdf' }] });
  assert.equal(job.status, 'completed');
  const [output] = job.outputs;
  assert.ok(output);
  const { body } = await pipeline.download(output.artifact);
  const pdf = await buffer(body);
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  assert.equal(pdf.length, output.artifact.byteSize);

  // Code of two packages meets in one error class: this is what a second copy of core would break.
  await assert.rejects(pipeline.get({ id: document.id }), (error): error is PubpipeError => {
    return isPubpipeError(error) && error.code === 'JOB_NOT_FOUND';
  });
  await assert.rejects(artifactStore.get(document.storageKey, { range: { start: -1 } }), isPubpipeError);

  // It reads its files, which nothing but the build makes.
  assert.equal(typeof pubpipePage(), 'function');

  await worker.close();
  await pipeline.close();
  console.log(`Rendered ${output.name}, ${pdf.length} bytes`);
} finally {
  await renderer.close();
  await queue.close();
  await db.destroy();
  await rm(directory, { recursive: true, force: true });
}
