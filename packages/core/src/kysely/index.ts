export { type HostTransaction, type KyselyJobStoreOptions, openKyselyJobStore } from './kysely-job-store.ts';
export { checkSchema, migrateJobStore, migrationSql } from './migrate.ts';
export { type Migration, type MigrationContext, migrations } from './migrations.ts';
export type { SchemaNames, SchemaOptions } from './schema-options.ts';
export type { DatabaseKind } from './sql-dialect.ts';
