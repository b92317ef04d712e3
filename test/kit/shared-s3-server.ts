import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { S3Access } from './s3-access.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where {@link openSharedS3} asks for the server. */
    readonly sharedS3: string;
  }
}

/**
 * Vitest calls this once per run. The server is started when the first test file asks for it, because
 * most runs of a part of the tests need none, and stopped after the last one.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<S3Server> | undefined;
  const access = async (): Promise<S3Access> => {
    const named = accessFromEnvironment(process.env);
    if (named) return named;
    started ??= startS3Server();
    const { endpoint, region, accessKeyId, secretAccessKey } = await started;
    return { endpoint, region, accessKeyId, secretAccessKey };
  };
  const desk = createServer(async (_, response) => {
    try {
      response.end(JSON.stringify(await access()));
    } catch (error) {
      // Each test file that needs the server fails with this.
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  project.provide('sharedS3', `http://127.0.0.1:${(desk.address() as AddressInfo).port}`);

  return async () => {
    desk.close();
    desk.closeAllConnections();
    // Whoever asked for a server that could not start has been told.
    const server = await started?.catch(() => undefined);
    await server?.stop();
  };
}

/** The server that the environment names, to be used instead of one of our own. */
export function accessFromEnvironment(env: NodeJS.ProcessEnv): S3Access | undefined {
  const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY: accessKeyId, S3_SECRET_KEY: secretAccessKey } = env;
  if (!endpoint) return undefined;
  if (!accessKeyId || !secretAccessKey) throw new Error('S3_ENDPOINT needs S3_ACCESS_KEY and S3_SECRET_KEY beside it');
  return { endpoint, accessKeyId, secretAccessKey, region: env['S3_REGION'] || 'us-east-1' };
}
