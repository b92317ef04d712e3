import { inject } from 'vitest';
import { askForServer } from './offer-server.ts';
import type { S3Access } from './s3-access.ts';

/**
 * The S3 server that all test files of a run share: the one that `S3_ENDPOINT`, `S3_ACCESS_KEY`,
 * `S3_SECRET_KEY` and `S3_REGION` name, or else one of our own, which the first call starts. Rejects
 * where there is neither: tests that need it fail.
 */
export async function openSharedS3(): Promise<S3Access> {
  return await askForServer<S3Access>(inject('sharedS3'));
}
