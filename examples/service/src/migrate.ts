// Brings the tables up to date: `node src/migrate.ts`, once before the processes of a new version start.
import { migrateJobStore } from '@pubpipe/core/kysely';
import { pino } from 'pino';
import { openDatabase } from './parts/open-database.ts';
import { createQueueOnPostgres } from './parts/open-messengers.ts';
import { loadSettings } from './process/load-settings.ts';
import { databaseSettings } from './settings/shared-settings.ts';

const settings = loadSettings(databaseSettings);
const logger = pino({ name: 'migrate' });
await using closing = new AsyncDisposableStack();

const db = openDatabase(settings, logger);
closing.defer(() => db.destroy());
logger.info({ migrations: await migrateJobStore({ db, dialect: 'postgres' }) }, 'migrated');

if (settings.QUEUE === 'postgres') {
  const queue = createQueueOnPostgres({ url: settings.DATABASE_URL, logger, migrate: true });
  closing.defer(() => queue.close());
  logger.info({ deliveries: await queue.size() }, 'the queue is there');
}
