// Opens the job store on the file as an application does when it starts; writes which migrations it applied.
import { migrateJobStore, openKyselyJobStore } from '@pubpipe/core/kysely';
import { openSqlite } from '../../support/sqlite-connection.ts';
import { beginTogether } from './begin-together.ts';

const [file] = await beginTogether();
const db = openSqlite(file);
for (const name of await migrateJobStore({ db, dialect: 'sqlite' })) process.stdout.write(`${name}\n`);
await openKyselyJobStore({ db, dialect: 'sqlite' });
await db.destroy();
