// Claims and completes each job that it can have; writes which ones it had.
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { openSqlite } from '../../support/sqlite-connection.ts';
import { beginTogether } from './begin-together.ts';

const [file, ...jobIds] = await beginTogether();
const db = openSqlite(file);
const store = await openKyselyJobStore({ db, dialect: 'sqlite' });
for (const jobId of jobIds) {
  const claimed = await store.claim({ jobId, owner: String(process.pid), leaseMs: 60_000 });
  if (claimed === undefined) continue;
  await store.heartbeat(claimed.claim, { leaseMs: 60_000, progress: { stage: 'exporting' } });
  await store.complete(claimed.claim, { outputs: [], summary: {} });
  process.stdout.write(`${jobId}\n`);
}
await db.destroy();
