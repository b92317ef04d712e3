import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type AssetName, cancelled, isPubpipeError, PubpipeError, parseAssetName } from '@pubpipe/core/driver';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { CollectedNames } from './collected-names.ts';
import { unsafeDocument } from './screening/unsafe-document.ts';

/** Bounds of a zip that is unpacked. */
export interface CollectedLimits {
  /** Entries, folders included. */
  readonly maxEntries: number;
  /** All files together, unpacked, in bytes. */
  readonly maxBytes: number;
  /** How many times larger all files together may be than the zip; what is below 64 MiB may be what it likes. */
  readonly maxRatio: number;
}

/** What a collected document of a print shop stays far below. */
export const defaultCollectedLimits: CollectedLimits = Object.freeze({
  maxEntries: 10_000,
  maxBytes: 4 * 1024 ** 3,
  maxRatio: 200,
});

const ratioCountsFromBytes = 64 * 1024 ** 2;
const typeBits = 0o170000;
const symlinkBits = 0o120000;
const plainBits: ReadonlySet<number> = new Set([0, 0o100000, 0o040000]);
// What the system says; yauzl's own errors have no code, and zlib's begin with Z_.
const systemError = /^E[A-Z0-9]+$/;

/**
 * Unpacks a zip of what "Collect for Output" wrote into `target`, file by file, never holding one whole. Sizes are
 * counted while they are unpacked, whatever the zip declares. On failure `target` holds a part; it is the caller's.
 *
 * @param target absolute path of an existing, empty directory.
 * @returns the path of the one document in `target`.
 * @throws PubpipeError `UNSAFE_DOCUMENT` when an entry leads elsewhere, is a link or no plain file, comes twice, or when
 * there is more than `limits` allow; details `reason`, `value`.
 * @throws PubpipeError `INVALID_INPUT` when there is not exactly one document; details `candidates`.
 * @throws PubpipeError `DOCUMENT_EMPTY`, `DOCUMENT_UNREADABLE` when it is no whole zip, or is encrypted.
 * @throws PubpipeError `OUTPUT_UNWRITABLE` when `target` can't be written.
 * @throws PubpipeError `CANCELLED` when `signal` aborts first.
 */
export async function unpackCollected(
  zipPath: string,
  target: string,
  { limits = defaultCollectedLimits, signal }: { readonly limits?: CollectedLimits; readonly signal: AbortSignal },
): Promise<AssetName> {
  try {
    const { size } = await stat(zipPath);
    if (size === 0) throw new PubpipeError('DOCUMENT_EMPTY', 'The zip is empty.');
    // Names are decoded here, not there: yauzl guesses an encoding where none is declared.
    const zip = await openPromise(zipPath, { lazyEntries: true, decodeStrings: false, autoClose: false });
    try {
      return await new Unpacking(zip, target, new UnpackedBytes(size, limits), signal).run(limits.maxEntries);
    } finally {
      zip.close();
    }
  } catch (error) {
    if (signal.aborted) throw cancelled(signal);
    if (isPubpipeError(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && systemError.test(code)) {
      throw new PubpipeError('OUTPUT_UNWRITABLE', `The zip can't be unpacked: ${code}.`, { cause: error });
    }
    throw new PubpipeError('DOCUMENT_UNREADABLE', `The zip can't be read: ${message}.`, { cause: error });
  }
}

/** Counts what is unpacked. */
class UnpackedBytes {
  readonly #zipBytes: number;
  readonly #limits: CollectedLimits;
  #count = 0;

  constructor(zipBytes: number, limits: CollectedLimits) {
    this.#zipBytes = zipBytes;
    this.#limits = limits;
  }

  add(bytes: number, value: string): void {
    const { maxBytes, maxRatio } = this.#limits;
    this.#count += bytes;
    if (this.#count > maxBytes) {
      throw unsafeDocument({ reason: 'limit', what: `is in a zip of more than ${maxBytes} bytes, unpacked`, value });
    }
    if (this.#count > ratioCountsFromBytes && this.#count > maxRatio * this.#zipBytes) {
      throw unsafeDocument({ reason: 'zip-ratio', what: `is in a zip packed to less than 1/${maxRatio}`, value });
    }
  }
}

class Unpacking {
  readonly #zip: ZipFile;
  readonly #target: string;
  readonly #bytes: UnpackedBytes;
  readonly #signal: AbortSignal;
  readonly #names = new CollectedNames();

  constructor(zip: ZipFile, target: string, bytes: UnpackedBytes, signal: AbortSignal) {
    this.#zip = zip;
    this.#target = target;
    this.#bytes = bytes;
    this.#signal = signal;
  }

  async run(maxEntries: number): Promise<AssetName> {
    let count = 0;
    for await (const entry of this.#zip.eachEntry()) {
      this.#signal.throwIfAborted();
      count += 1;
      if (count > maxEntries) {
        throw unsafeDocument({ reason: 'limit', what: `is in a zip of more than ${maxEntries} entries` });
      }
      await this.#unpack(entry);
    }
    return parseAssetName(this.#names.document());
  }

  async #unpack(entry: Entry): Promise<void> {
    const name = this.#names.add(entry.fileNameRaw);
    if (name === undefined) return;
    checkType(entry, name.path);
    const path = join(this.#target, name.path);
    await mkdir(name.isFolder ? path : dirname(path), { recursive: true });
    if (!name.isFolder) await this.#write(entry, name.path, path);
  }

  async #write(entry: Entry, name: string, path: string): Promise<void> {
    const content = await this.#zip.openReadStreamPromise(entry);
    let checksum = 0;
    const count = async function* (this: Unpacking, pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        this.#bytes.add(piece.byteLength, name);
        checksum = crc32(piece, checksum);
        yield piece;
      }
    }.bind(this);
    // `wx` follows no link and replaces nothing.
    await pipeline(content, count, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal: this.#signal });
    if (checksum === entry.crc32) return;
    throw new PubpipeError('DOCUMENT_UNREADABLE', `The file ${name} in the zip is damaged: its checksum is wrong.`);
  }
}

/** Links and devices are told by the upper half of the attributes, which programs on Windows leave 0. */
function checkType(entry: Entry, value: string): void {
  if (entry.isEncrypted()) throw new PubpipeError('DOCUMENT_UNREADABLE', `The file ${value} in the zip is encrypted.`);
  const type = (entry.externalFileAttributes >>> 16) & typeBits;
  if (type === symlinkBits) {
    throw unsafeDocument({ reason: 'symlink', what: 'is in a zip with a symbolic link', value });
  }
  if (!plainBits.has(type)) {
    throw unsafeDocument({ reason: 'special-file', what: 'is in a zip with something that is no plain file', value });
  }
}
