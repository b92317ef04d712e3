import { inject } from 'vitest';
import { askForServer } from './offer-server.ts';
import type { SharedPostgres } from './shared-postgres-server.ts';
import { createTestDatabase, type DatabaseTemplate, type TestDatabase } from './test-database.ts';

/**
 * A database of the calling test file on the PostgreSQL server that all files of a run share: the one
 * that `DATABASE_URL` names, or else one of our own, which the first call starts. Rejects where there
 * is neither: tests that need it fail.
 */
export async function openTestDatabase(template?: DatabaseTemplate): Promise<TestDatabase> {
  return await createTestDatabase(await askForServer<SharedPostgres>(inject('sharedPostgres')), template);
}
