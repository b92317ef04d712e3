import type { TestProject } from 'vitest/node';
import { offerServer } from './offer-server.ts';
import type { S3Access } from './s3-access.ts';
import { startS3Server } from './s3-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `openSharedS3` asks for the server. */
    readonly sharedS3: string;
  }
}

/** Vitest calls this once per run, and what it returns after the last test. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const offer = await offerServer<S3Access>(async () => {
    const named = accessFromEnvironment(process.env);
    if (named) return { access: named, stop: async () => undefined };
    const { endpoint, region, accessKeyId, secretAccessKey, stop } = await startS3Server();
    return { access: { endpoint, region, accessKeyId, secretAccessKey }, stop };
  });
  project.provide('sharedS3', offer.address);
  return () => offer.close();
}

/** The server that the environment names, to be used instead of one of our own. */
export function accessFromEnvironment(env: NodeJS.ProcessEnv): S3Access | undefined {
  const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY: accessKeyId, S3_SECRET_KEY: secretAccessKey } = env;
  if (!endpoint) return undefined;
  if (!accessKeyId || !secretAccessKey) throw new Error('S3_ENDPOINT needs S3_ACCESS_KEY and S3_SECRET_KEY beside it');
  return { endpoint, accessKeyId, secretAccessKey, region: env['S3_REGION'] || 'us-east-1' };
}
