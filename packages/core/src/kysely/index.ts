export { type HostTransaction, type KyselyJobStoreOptions, openKyselyJobStore } from './kysely-job-store.ts';
export type { PostgresConnection } from './listening-connection.ts';
export { checkSchema, migrateJobStore, migrationSql } from './migrate.ts';
export { type Migration, type MigrationContext, migrations } from './migrations.ts';
export { createPostgresEventBus, type PostgresEventBus, type PostgresEventBusOptions } from './postgres-event-bus.ts';
export { prepareStatements } from './prepare-statements.ts';
export type { SchemaNames, SchemaOptions } from './schema-options.ts';
export type { DatabaseKind } from './sql-dialect.ts';
