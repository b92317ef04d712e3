// The API of a load test: the routes in an Express app, and beside them what a download is compared with.
import { once } from 'node:events';
import { join } from 'node:path';
import { createBullMQJobQueue, createRedisEventBus } from '@pubpipe/adapter-bullmq';
import { pubpipeRouter } from '@pubpipe/adapter-express';
import { createPipeline } from '@pubpipe/core';
import { createApiKeys } from '@pubpipe/core/http';
import express from 'express';
import { sayReady, toldToEnd } from '../../test/kit/standing.ts';
import { stderrLogger } from '../../test/kit/stderr-logger.ts';
import { openParts } from './open-parts.ts';
import type { ApiSetup } from './setups.ts';

const setup = JSON.parse(process.argv[2] ?? '') as ApiSetup;
const parts = await openParts(setup.parts);
const { jobStore, artifactStore, registry, metrics, onRedis } = parts;
const { queueTimeoutMs } = setup;
const queue = createBullMQJobQueue({ ...onRedis, callTimeoutMs: queueTimeoutMs });
const bus = createRedisEventBus(onRedis);
const pipeline = createPipeline({
  jobStore,
  artifactStore,
  queue,
  bus,
  metrics,
  logger: stderrLogger,
  enqueueTimeoutMs: queueTimeoutMs,
});
const router = pubpipeRouter(pipeline, {
  authenticate: createApiKeys(setup.apiKeys).identify,
  metrics,
  metricsRoute: { registry, allow: () => true },
});

const app = express();
app.use('/print', router);
app.get('/sent', (request, response) => {
  const { key = '' } = request.query as { readonly key?: string };
  response.sendFile(key, { root: join(setup.parts.storeDirectory, 'objects') });
});
const server = app.listen(setup.port, '127.0.0.1');
await once(server, 'listening');
sayReady();
await toldToEnd();
router.close();
server.close();
server.closeAllConnections();
await pipeline.close();
await Promise.all([queue.close(), bus.close()]);
await parts.close();
