import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { PubpipeError, throwIfCancelled } from '@pubpipe/core';

const maxKept = 10_000;

/**
 * SHA-256 of files, in lower-case hexadecimal digits. What rarely changes, such as fonts, is read again only
 * when its path, length, or time of change is another.
 */
export class FileHashes {
  readonly #kept = new Map<string, string>();

  /**
   * Hashes a file, in bounded memory.
   *
   * @param path Absolute path. A link to a file is as good as the file.
   * @throws PubpipeError `INVALID_INPUT` when it is not a file.
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async sha256(path: string, options: { readonly keep: boolean; readonly signal: AbortSignal }): Promise<string> {
    // A FIFO must not hold up the render: without O_NONBLOCK, opening it waits for a writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat({ bigint: true });
      if (!facts.isFile()) throw new PubpipeError('INVALID_INPUT', 'Something that is not a file can not be hashed.');
      const key = `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}:${path}`;
      const known = this.#kept.get(key);
      if (known !== undefined) return known;
      const hash = createHash('sha256');
      for await (const piece of file.createReadStream({ autoClose: false })) {
        throwIfCancelled(options.signal);
        hash.update(piece as Buffer);
      }
      const digest = hash.digest('hex');
      if (options.keep) this.#keep(key, digest);
      return digest;
    } finally {
      await file.close();
    }
  }

  #keep(key: string, digest: string): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= maxKept && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, digest);
  }
}
