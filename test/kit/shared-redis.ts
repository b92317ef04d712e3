import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { askForServer } from './offer-server.ts';
import type { SharedRedis } from './shared-redis-server.ts';

/**
 * A place of the calling test file on the Redis server that all files of a run share: the one that
 * `REDIS_URL` names, or else one of our own, which the first call starts. Everything the file writes has
 * keys that begin with `prefix`. Rejects where there is no server: tests that need it fail.
 */
export async function openSharedRedis(): Promise<{ readonly url: string; readonly prefix: string }> {
  const { url } = await askForServer<SharedRedis>(inject('sharedRedis'));
  return { url, prefix: `pubpipe-test-${randomUUID()}` };
}
