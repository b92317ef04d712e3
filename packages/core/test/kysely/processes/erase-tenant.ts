// Erases all of a tenant; writes a line before and after each of its transactions, so that it can be killed in any.
import { writeSync } from 'node:fs';
import { createPipeline, type JobStore } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import { openDatabase } from '../../support/any-database.ts';
import { beginTogether } from './begin-together.ts';

const [location, tenant = ''] = await beginTogether();
const { db, dialect } = openDatabase(location);
const opened = (await openKyselyJobStore({ db, dialect })) as JobStore;
const told = async <T>(what: string, work: Promise<T>): Promise<T> => {
  writeSync(1, `${what} begins\n`);
  const result = await work;
  writeSync(1, `${what} has ended\n`);
  return result;
};
const jobStore: JobStore = {
  ...opened,
  cancelForErasure: (scope, options) => told('cancelling', opened.cancelForErasure(scope, options)),
  eraseSome: (scope, options) => told('erasing', opened.eraseSome(scope, options)),
};
const pipeline = createPipeline({
  jobStore,
  artifactStore: createMemoryArtifactStore(),
  queue: createInProcessQueue(),
  bus: createInProcessEventBus(),
});
await pipeline.erase({ tenant, dryRun: false });
await db.destroy();
