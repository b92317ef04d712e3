import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { constants, type FileHandle, lstat, open, opendir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoring } from './fs-failure.ts';

const namePattern = /^[0-9a-f-]{36}\.part$/;
const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Names of the uploads that go on in this process, in whatever store: these are never discarded. */
const underWay = new Set<string>();

/** The temporary file of one upload. It ends by `moveTo` or by `discard`. */
export class IncomingFile {
  readonly #name: string;
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(name: string, path: string, handle: FileHandle) {
    this.#name = name;
    this.#path = path;
    this.#handle = handle;
  }

  /** Makes a new, empty file in `folder` that only this user may read. */
  static async create(folder: string): Promise<IncomingFile> {
    const name = `${randomUUID()}.part`;
    const path = join(folder, name);
    underWay.add(name);
    try {
      return new IncomingFile(name, path, await open(path, flags, 0o600));
    } catch (error) {
      underWay.delete(name);
      throw error;
    }
  }

  /** Appends `chunk` whole. */
  async write(chunk: Uint8Array): Promise<void> {
    await this.#handle.writeFile(chunk);
  }

  /** Ends the writing; `durable` waits until the bytes survive a power cut. */
  async finish({ durable }: { readonly durable: boolean }): Promise<void> {
    if (durable) await this.#handle.sync();
    await this.#handle.close();
  }

  /** Gives the finished file its place, replacing a file that is there, in one step. */
  async moveTo(target: string): Promise<void> {
    await rename(this.#path, target);
    underWay.delete(this.#name);
  }

  /** Removes the file. A disk that refuses even this leaves it to `discardIncompleteFiles`. */
  async discard(): Promise<void> {
    // What made the upload fail is what the caller has to hear, not what came after it.
    const afterTheFact = (): void => {};
    await this.#handle.close().catch(afterTheFact);
    await unlink(this.#path).catch(afterTheFact);
    underWay.delete(this.#name);
  }
}

/** Which files {@link discardIncompleteFiles} removes. */
export interface IncompleteFiles {
  readonly olderThanMs: number;
  readonly limit: number;
  /** Called before each file; what it throws ends the search. */
  readonly check: () => void;
}

/**
 * Removes files of uploads that wrote nothing for `olderThanMs` and don't go on in this process,
 * and returns how many. Nothing else in the folder is touched.
 */
export async function discardIncompleteFiles(
  folder: string,
  { olderThanMs, limit, check }: IncompleteFiles,
): Promise<number> {
  const files = await opendir(folder).catch(ignoring('ENOENT'));
  let discarded = 0;
  for await (const file of files ?? []) {
    check();
    if (discarded === limit) break;
    if (!isUpload(file) || underWay.has(file.name)) continue;
    const path = join(folder, file.name);
    // Another process may discard the same files at the same time.
    const stats = await lstat(path).catch(ignoring('ENOENT'));
    if (stats === undefined || Date.now() - stats.mtimeMs <= olderThanMs) continue;
    await unlink(path).then(() => {
      discarded += 1;
    }, ignoring('ENOENT'));
  }
  return discarded;
}

function isUpload(file: Dirent): boolean {
  return file.isFile() && namePattern.test(file.name);
}
