// Opens the job store as an application does when it starts; writes which migrations it applied.
import { migrateJobStore, openKyselyJobStore } from '@pubpipe/core/kysely';
import { openDatabase } from '../../support/any-database.ts';
import { beginTogether } from './begin-together.ts';

const [location] = await beginTogether();
const { db, dialect } = openDatabase(location);
const schema = dialect === 'postgres' ? 'printing' : undefined;
for (const name of await migrateJobStore({ db, dialect, schema })) process.stdout.write(`${name}\n`);
await openKyselyJobStore({ db, dialect, schema });
await db.destroy();
