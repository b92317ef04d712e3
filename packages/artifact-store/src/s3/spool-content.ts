import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContentMeter, type MeasuredContent, pullContent } from '@pubpipe/core';
import { toStoreError } from '../fs/fs-failure.ts';

/** Content on the local disk: it can be read any number of times. */
export interface SpooledContent extends MeasuredContent {
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** What {@link spoolContent} takes the content from, and where to. */
export interface SpoolOptions {
  readonly directory?: string | undefined;
  readonly meter: ContentMeter;
  readonly signal: AbortSignal;
}

/**
 * Writes content to a temporary file for `use`. The file has no name any more once it is open, so
 * that nothing of it survives this process, whatever ends it.
 *
 * @throws PubpipeError `STORE_FULL` or `STORE_UNAVAILABLE` when the local disk refuses it.
 */
export async function spoolContent<T>(
  content: AsyncIterable<Uint8Array>,
  { directory = tmpdir(), meter, signal }: SpoolOptions,
  use: (spooled: SpooledContent) => Promise<T>,
): Promise<T> {
  const chunks = pullContent(content, signal);
  const handle = await openUnnamed(directory).catch((error: unknown) => {
    throw toStoreError(error);
  });
  try {
    for await (const chunk of chunks) {
      meter.add(chunk);
      await write(handle, chunk);
    }
    const read = (): AsyncIterable<Uint8Array> =>
      handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 });
    return await use({ ...meter.finish(), read });
  } finally {
    await handle.close();
  }
}

async function openUnnamed(directory: string): Promise<FileHandle> {
  const path = join(directory, `pubpipe-${randomUUID()}.upload`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}

async function write(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    await handle.writeFile(chunk);
  } catch (error) {
    throw toStoreError(error);
  }
}
