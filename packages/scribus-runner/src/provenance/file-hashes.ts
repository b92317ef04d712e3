import { createHash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { throwIfCancelled } from '@pubpipe/core/driver';

const maxKept = 10_000;
const pieceBytes = 256 * 1024;
/** A file that was changed this lately may change again without its time of change saying so: clocks of disks are coarse. */
const settledMs = 2000;

/**
 * SHA-256 of files, in lower-case hexadecimal digits. What rarely changes, such as fonts, is read again only
 * when its path, length, or time of change is another.
 */
export class FileHashes {
  readonly #kept = new Map<string, string>();

  /**
   * Hashes a file, in bounded memory; undefined where there is none that can be read.
   *
   * @param path Absolute path. A link to a file is as good as the file.
   * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
   */
  async sha256(
    path: string,
    { keep, signal }: { readonly keep: boolean; readonly signal: AbortSignal },
  ): Promise<string | undefined> {
    throwIfCancelled(signal);
    try {
      const known = keep ? this.#kept.get(keyOf(path, await stat(path, { bigint: true }))) : undefined;
      return known ?? (await this.#read(path, { keep, signal }));
    } catch (error) {
      // Scribus has not seen what can't be read either: it has no more rights.
      if (isSystemError(error)) return undefined;
      throw error;
    }
  }

  async #read(path: string, { keep, signal }: { readonly keep: boolean; readonly signal: AbortSignal }) {
    // A FIFO must not hold up the render: without O_NONBLOCK, opening it waits for a writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat({ bigint: true });
      if (!facts.isFile()) return undefined;
      const digest = await digestOf(file, { size: Number(facts.size), signal });
      if (keep && Date.now() - Number(facts.ctimeMs) > settledMs) this.#keep(keyOf(path, facts), digest);
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

async function digestOf(
  file: FileHandle,
  { size, signal }: { readonly size: number; readonly signal: AbortSignal },
): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(Math.min(size, pieceBytes) + 1);
  for (let position = 0; ; ) {
    throwIfCancelled(signal);
    const { bytesRead } = await file.read(piece, 0, piece.length, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
    position += bytesRead;
  }
}

const keyOf = (path: string, { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}:${path}`;

const isSystemError = (error: unknown): boolean => /^E[A-Z0-9]+$/.test((error as NodeJS.ErrnoException).code ?? '');
