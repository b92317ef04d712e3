import { once } from 'node:events';
import { Readable } from 'node:stream';
import type ZipStream from 'zip-stream';

const leastChunkBytes = 65_536;

/** A file of a zip. */
export interface ZipEntry {
  /** Its path: safe, and no other's. */
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly modifiedAt: number;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * Makes a zip of entries, which are stored as they are: print files are compressed already. Each entry is asked for when the
 * one before it is written, and nothing is pulled faster than the zip is read. When an entry fails, the zip ends with that
 * error, before its directory: so no reader takes a part for the whole. Left early, it aborts `leaving`, so that what reads
 * the entries ends, and lets go of the one that it is in.
 */
export async function* zipStream(
  entries: AsyncIterable<ZipEntry>,
  leaving: AbortController,
): AsyncGenerator<Uint8Array, void> {
  // Few programs make one, and what it brings with it takes long to load.
  const { default: Zip } = await import('zip-stream');
  const zip = new Zip({ store: true });
  const writing = writeAll(zip, entries);
  try {
    yield* inLargeChunks(zip as AsyncIterable<Uint8Array>);
  } finally {
    zip.destroy();
    leaving.abort();
    await writing;
  }
}

/** A zip's headers come field by field, each of which would be a chunk of an answer. */
async function* inLargeChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    gathered.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < leastChunkBytes) continue;
    yield gathered.length === 1 ? chunk : Buffer.concat(gathered);
    gathered = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(gathered);
}

/** Never rejects: who reads the zip gets the error. */
async function writeAll(zip: ZipStream, entries: AsyncIterable<ZipEntry>): Promise<void> {
  const left = new AbortController();
  zip.once('close', () => left.abort());
  try {
    for await (const entry of entries) {
      // Who leaves while an entry is being read, or written, waits for nothing more.
      if (left.signal.aborted) return;
      await write(zip, entry, left.signal);
      if (left.signal.aborted) return;
    }
    zip.finish();
  } catch (error) {
    zip.destroy(error as Error);
  }
}

async function write(zip: ZipStream, { name, modifiedAt, content }: ZipEntry, left: AbortSignal): Promise<void> {
  const data = { name, date: new Date(modifiedAt) };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = (): void => resolve();
  left.addEventListener('abort', leave, { once: true });
  const source =
    content instanceof Uint8Array
      ? Buffer.from(content.buffer, content.byteOffset, content.byteLength)
      : Readable.from(content, { objectMode: false });
  if (source instanceof Readable) source.once('error', reject);
  try {
    zip.entry(source, data, (error) => (error === null || error === undefined ? resolve() : reject(error)));
    await promise;
    if (zip.writableNeedDrain) await once(zip, 'drain', { signal: left }).catch(() => undefined);
  } finally {
    left.removeEventListener('abort', leave);
    if (source instanceof Readable) source.destroy();
  }
}
