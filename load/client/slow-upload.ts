import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';

/** An upload that takes its time. */
export interface SlowUploadOptions {
  readonly fileName: string;
  readonly chunks: number;
  readonly chunkBytes: number;
  /** Between two chunks. */
  readonly pauseMs: number;
  /** Awaited before the last chunk: until then the upload stands there unfinished. */
  readonly lastChunk: Promise<unknown>;
  /** Told when the first chunk is on its way. */
  readonly onBegun: () => void;
}

/** Uploads a file slowly, over a connection of its own. Resolves with the status of the answer. */
export async function uploadSlowly({ port, key }: ApiClient, options: SlowUploadOptions): Promise<number | undefined> {
  const { fileName, chunks, chunkBytes, pauseMs, lastChunk, onBegun } = options;
  const sent = request({
    host: '127.0.0.1',
    port,
    agent: false,
    method: 'POST',
    path: `/print/artifacts?fileName=${encodeURIComponent(fileName)}`,
    headers: { 'X-API-Key': key, 'Content-Length': chunks * chunkBytes },
  });
  const answered = once(sent, 'response') as Promise<[{ readonly statusCode?: number; resume(): unknown }]>;
  const write = async (): Promise<void> => {
    for (let chunk = 1; chunk <= chunks; chunk += 1) {
      if (chunk === chunks) await lastChunk;
      if (!sent.write(Buffer.alloc(chunkBytes, 'x'))) await once(sent, 'drain');
      if (chunk === 1) onBegun();
      await wait(pauseMs);
    }
    sent.end();
  };
  // An answer before the end is a refusal, and what fails the request fails both.
  const [response] = await Promise.race([answered, write().then(() => answered)]);
  response.resume();
  return response.statusCode;
}
