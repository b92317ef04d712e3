// Accepts a job on SQLite and in memory, and asks for it over the host-neutral routes, for metrics and by contract suite.
import assert from 'node:assert/strict';
import { createPipeline, isPubpipeError } from '@pubpipe/core';
import { createHttpApi } from '@pubpipe/core/http';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import { createPrometheusMetrics } from '@pubpipe/core/prometheus';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Registry } from 'prom-client';
import { loadEntries } from './load-entries.mjs';

const entries = await loadEntries('@pubpipe/core');
const db = new Kysely({ dialect: new SqliteDialect({ database: new SQLite(':memory:') }) });
const jobStore = await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true });
const registry = new Registry();
const pipeline = createPipeline({
  jobStore,
  artifactStore: createMemoryArtifactStore(),
  queue: createInProcessQueue(),
  bus: createInProcessEventBus(),
  metrics: createPrometheusMetrics({ registry, jobStore }),
});

async function* content() {
  yield new TextEncoder().encode('<SCRIBUSUTF8NEW Version="1.5.8"/>');
}
const document = await pipeline.upload({ fileName: 'menu.sla', content: content() });
const { job } = await pipeline.submit({ document: document.id, renditions: [{ kind: 'pdf' }] });
assert.equal(job.status, 'queued');
assert.equal((await pipeline.list()).jobs[0]?.input.sha256, document.sha256);
await assert.rejects(
  pipeline.get({ id: document.id }),
  (error) => isPubpipeError(error) && error.code === 'JOB_NOT_FOUND',
);
assert.match(await registry.metrics(), /^queue_size\{state="queued"\} 1$/m);
assert.equal(typeof createHttpApi(pipeline, { allowAnonymous: true }), 'object');

await pipeline.close();
await db.destroy();
console.log(`@pubpipe/core: ${entries} entries, a job is queued`);
