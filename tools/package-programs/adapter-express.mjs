// Serves the routes in an Express application: an upload comes back byte for byte, and nobody gets in without a key.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { pubpipeRouter } from '@pubpipe/adapter-express';
import { createPipeline } from '@pubpipe/core';
import { createApiKeys, issueApiKey } from '@pubpipe/core/http';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import SQLite from 'better-sqlite3';
import express from 'express';
import { Kysely, SqliteDialect } from 'kysely';
import { loadEntries } from './load-entries.mjs';

const entries = await loadEntries('@pubpipe/adapter-express');
const db = new Kysely({ dialect: new SqliteDialect({ database: new SQLite(':memory:') }) });
const pipeline = createPipeline({
  jobStore: await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true }),
  artifactStore: createMemoryArtifactStore(),
  queue: createInProcessQueue(),
  bus: createInProcessEventBus(),
});
const { key, stored } = issueApiKey('print-shop');
const router = pubpipeRouter(pipeline, { authenticate: createApiKeys([stored]).identify });
const server = express().use('/print', router).listen(0, '127.0.0.1');
await once(server, 'listening');
try {
  const origin = `http://127.0.0.1:${server.address().port}/print`;
  const headers = { Authorization: `Bearer ${key}` };
  assert.equal((await fetch(`${origin}/jobs`)).status, 401);
  const upload = await fetch(`${origin}/artifacts?fileName=menu.sla`, { method: 'POST', headers, body: 'a menu' });
  assert.equal(upload.status, 201);
  const content = await fetch(new URL(`${upload.headers.get('location')}/content`, origin), { headers });
  assert.equal(await content.text(), 'a menu');
  console.log(`@pubpipe/adapter-express: ${entries} entry, an upload is served`);
} finally {
  router.close();
  server.closeAllConnections();
  server.close();
  await pipeline.close();
  await db.destroy();
}
