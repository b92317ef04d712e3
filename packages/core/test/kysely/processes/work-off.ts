// Claims and completes each job that it can have; writes which ones it had.
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { openDatabase } from '../../support/any-database.ts';
import { beginTogether } from './begin-together.ts';

const [location, ...jobIds] = await beginTogether();
const { db, dialect } = openDatabase(location);
const store = await openKyselyJobStore({ db, dialect });
for (const jobId of jobIds) {
  const claimed = await store.claim({ jobId, owner: String(process.pid), leaseMs: 60_000 });
  if (claimed === undefined) continue;
  await store.heartbeat(claimed.claim, { leaseMs: 60_000, progress: { stage: 'exporting' } });
  await store.complete(claimed.claim, { outputs: [], summary: {} });
  process.stdout.write(`${jobId}\n`);
}
await db.destroy();
