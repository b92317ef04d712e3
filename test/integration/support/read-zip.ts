import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';

/** A file that was in a zip. */
export interface UnpackedFile {
  readonly name: string;
  readonly byteSize: number;
  /** Its bytes, if it was to be unpacked. */
  readonly content?: Buffer;
}

/** Reads a zip by its directory, as most programs do, and checks those files that are unpacked against their sums. */
export async function readZip(
  body: AsyncIterable<Uint8Array>,
  { unpacks = () => true }: { readonly unpacks?: (name: string) => boolean } = {},
): Promise<readonly UnpackedFile[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-zip-'));
  try {
    const path = join(directory, 'a.zip');
    await writeSparse(path, body);
    const zip = await openPromise(path, { lazyEntries: true, strictFileNames: true });
    const files: UnpackedFile[] = [];
    for await (const entry of zip.eachEntry()) files.push(await unpack(entry));
    return files;

    async function unpack(entry: Entry): Promise<UnpackedFile> {
      const file = { name: entry.fileName, byteSize: entry.uncompressedSize };
      if (!unpacks(entry.fileName)) return file;
      const content = await buffer(await zip.openReadStreamPromise(entry));
      if (crc32(content) !== entry.crc32) throw new Error(`${entry.fileName} is not what its sum says.`);
      return { ...file, content };
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Leaves holes where there is nothing but zeros, so that very large zips take no room. */
async function writeSparse(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = await open(path, 'w');
  let position = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (!bytes.equals(zeros.subarray(0, bytes.byteLength))) await file.write(bytes, 0, bytes.byteLength, position);
    position += bytes.byteLength;
  }
  await file.truncate(position);
}

const zeros = Buffer.alloc(1_048_576);
