// Submits one request under an idempotency key; writes the job's id and whether it was made here.
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { openDatabase } from '../../support/any-database.ts';
import { jobOn } from '../../support/some-jobs.ts';
import { beginTogether } from './begin-together.ts';

const [location, inputArtifactId = '', ...keys] = await beginTogether();
const { db, dialect } = openDatabase(location);
const store = await openKyselyJobStore({ db, dialect });
for (const idempotencyKey of keys) {
  const { job, created } = await store.submit(jobOn(inputArtifactId, { idempotencyKey }));
  process.stdout.write(`${idempotencyKey} ${job.id} ${created}\n`);
}
await db.destroy();
