import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredApiKey } from '@pubpipe/core/http';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';

/** What the processes of a service of its own are started with, on PostgreSQL alone. */
export interface ServiceSettings {
  readonly settings: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

/** Makes a database, and directories for files. */
export async function openServiceSettings(keys: readonly StoredApiKey[]): Promise<ServiceSettings> {
  const database = await openTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-service-files-'));
  return {
    settings: {
      DATABASE_URL: database.url,
      QUEUE: 'postgres',
      ARTIFACTS: 'fs',
      ARTIFACTS_DIRECTORY: join(directory, 'artifacts'),
      SCRATCH_DIRECTORY: join(directory, 'scratch'),
      API_KEYS: keys.map(({ tenant, sha256 }) => `${tenant}=${sha256}`).join(','),
      PORT: '0',
    },
    async remove() {
      await database.drop();
      await rm(directory, { recursive: true });
    },
  };
}
