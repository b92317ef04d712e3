// Consumes the feed until it is killed; writes the position of each entry as the last thing that its handler does.
import { writeSync } from 'node:fs';
import { createPipeline } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import { openDatabase } from '../../support/any-database.ts';
import { beginTogether } from './begin-together.ts';

const [location] = await beginTogether();
const pipeline = createPipeline({
  jobStore: await openKyselyJobStore(openDatabase(location)),
  artifactStore: createMemoryArtifactStore(),
  queue: createInProcessQueue(),
  // Nobody notifies it: other processes have other buses.
  bus: createInProcessEventBus(),
  eventPollMs: 20,
});
await pipeline.consume('mailer', ({ position }) => void writeSync(1, `${position}\n`), { from: 'start', leaseMs: 300 });
