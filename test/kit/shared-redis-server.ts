import type { TestProject } from 'vitest/node';
import { offerServer } from './offer-server.ts';
import { startRedisServer } from './redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `openSharedRedis` asks for the server. */
    readonly sharedRedis: string;
  }
}

/** Vitest calls this once per run, and what it returns after the last test. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const offer = await offerServer<SharedRedis>(async () => {
    const { REDIS_URL: named } = process.env;
    if (named) return { access: { url: named }, stop: async () => undefined };
    const server = await startRedisServer();
    return { access: { url: server.url }, stop: () => server.stop() };
  });
  project.provide('sharedRedis', offer.address);
  return () => offer.close();
}

/** The server that all test files of a run share. */
export interface SharedRedis {
  readonly url: string;
}
