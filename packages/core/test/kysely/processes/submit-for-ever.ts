// Submits jobs until it is killed; writes each id once it is committed.
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { openDatabase } from '../../support/any-database.ts';
import { jobOn } from '../../support/some-jobs.ts';
import { beginTogether } from './begin-together.ts';

const [location, inputArtifactId = ''] = await beginTogether();
const store = await openKyselyJobStore(openDatabase(location));
for (;;) {
  const { job } = await store.submit(jobOn(inputArtifactId));
  process.stdout.write(`${job.id}\n`);
}
