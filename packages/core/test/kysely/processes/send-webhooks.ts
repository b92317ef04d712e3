// Sends webhooks until it is killed. What becomes of a message that was taken it never writes down, as if it had died then.
import { createPipeline, type JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import { createWebhooks, startWebhooks } from '@pubpipe/core/webhooks';
import { openDatabase } from '../../support/any-database.ts';
import { beginTogether } from './begin-together.ts';

const [location, port] = await beginTogether();
const jobStore = (await openKyselyJobStore(openDatabase(location))) as JobStore;
const pipeline = createPipeline({
  jobStore: { ...jobStore, settleWebhookDelivery: () => new Promise(() => undefined) },
  artifactStore: createMemoryArtifactStore(),
  queue: createInProcessQueue(),
  bus: createInProcessEventBus(),
  eventPollMs: 20,
});
const webhooks = createWebhooks(pipeline, {
  allowHttp: true,
  allowAddresses: ['127.0.0.1'],
  allowPorts: [Number(port)],
});
await startWebhooks(webhooks, { pollMs: 20, timeoutMs: 200, leaseMs: 300 });
