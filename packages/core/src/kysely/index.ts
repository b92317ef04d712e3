export { type HostTransaction, type KyselyJobStoreOptions, openKyselyJobStore } from './kysely-job-store.ts';
export { checkSchema, migrateJobStore, type SchemaOptions } from './migrate.ts';
export { type Migration, type MigrationContext, migrations } from './migrations.ts';
