import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** The file into which the processes of one job print. */
export class JobLog {
  readonly path: string;
  readonly #descriptor: number;
  #from = 0;
  #closed = false;

  /** Makes the file. It stays open: a document that could exchange it under its name would have us read another. */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, flags, 0o600);
  }

  /** Lets what is printed from now on be all that was printed. */
  startOver(): void {
    this.#from = fstatSync(this.#descriptor).size;
  }

  /** The end of what was printed, at most `maxBytes`; it begins with `…` when there was more. */
  tail(maxBytes: number): string {
    if (this.#closed) return '';
    const { size } = fstatSync(this.#descriptor);
    // A document can make it shorter.
    const start = Math.max(Math.min(this.#from, size), size - maxBytes);
    const bytes = Buffer.alloc(size - start);
    const read = readSync(this.#descriptor, bytes, 0, bytes.length, start);
    return `${start > this.#from ? '…' : ''}${bytes.toString('utf8', 0, read)}`.trimEnd();
  }

  /** Closes the file. Idempotent. */
  close(): void {
    if (!this.#closed) closeSync(this.#descriptor);
    this.#closed = true;
  }
}
