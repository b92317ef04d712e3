import type { TestProject } from 'vitest/node';
import { offerServer } from './offer-server.ts';
import { startPostgresServer } from './postgres-server.ts';
import { dropTestDatabases } from './test-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `openTestDatabase` asks for the server. */
    readonly sharedPostgres: string;
  }
}

/** Vitest calls this once per run, and what it returns after the last test. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const offer = await offerServer<SharedPostgres>(async () => {
    const { DATABASE_URL: named } = process.env;
    const run = crypto.randomUUID().slice(0, 8);
    if (named) return { access: { url: named, run }, stop: () => dropTestDatabases(named, run) };
    const { url, stop } = await startPostgresServer();
    return { access: { url, run }, stop };
  });
  project.provide('sharedPostgres', offer.address);
  return () => offer.close();
}

/** The server that all test files of a run share. */
export interface SharedPostgres {
  /** For a user who may create databases. */
  readonly url: string;
  /** What the names of this run's databases have in common. */
  readonly run: string;
}
