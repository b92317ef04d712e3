// Submits jobs until it is killed; writes each id once it is committed.
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { jobOn } from '../../support/some-jobs.ts';
import { openSqlite } from '../../support/sqlite-connection.ts';
import { beginTogether } from './begin-together.ts';

const [file, inputArtifactId = ''] = await beginTogether();
const store = await openKyselyJobStore({ db: openSqlite(file), dialect: 'sqlite' });
for (;;) {
  const { job } = await store.submit(jobOn(inputArtifactId));
  process.stdout.write(`${job.id}\n`);
}
