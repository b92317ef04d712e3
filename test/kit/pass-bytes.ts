import type { Readable, Writable } from 'node:stream';

/** Something in the way of bytes that pass. */
export interface Obstacle {
  /** How many bytes get past it unhindered. */
  readonly afterBytes: number;
  /** Called once, when they are handed to the system; the others follow if and when it resolves with true. */
  readonly meet: () => Promise<boolean>;
}

/** How {@link passBytes} passes them. */
export interface PassBytesOptions {
  readonly obstacle?: Obstacle | undefined;
  /** Called before each chunk. */
  readonly beforeChunk?: (() => Promise<unknown>) | undefined;
  /** Called after some more bytes were handed to the system. */
  readonly onPassed: (byteCount: number) => void;
}

/**
 * Passes all bytes of `from` on to `to`, no faster than it takes them, and resolves with true when the
 * last one is handed to the system. Resolves with false where an obstacle stopped them. Neither stream
 * is ended here.
 */
export async function passBytes(from: Readable, to: Writable, options: PassBytesOptions): Promise<boolean> {
  const { obstacle, beforeChunk, onPassed } = options;
  let left = obstacle?.afterBytes ?? Number.POSITIVE_INFINITY;
  if (left === 0) {
    if (!(await obstacle?.meet())) return false;
    left = Number.POSITIVE_INFINITY;
  }
  for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    await beforeChunk?.();
    const meets = chunk.length >= left;
    const unhindered = meets ? chunk.subarray(0, left) : chunk;
    await write(to, unhindered);
    onPassed(unhindered.length);
    left -= unhindered.length;
    if (!meets) continue;
    if (!(await obstacle?.meet())) return false;
    left = Number.POSITIVE_INFINITY;
    const others = chunk.subarray(unhindered.length);
    if (others.length > 0) await write(to, others);
    onPassed(others.length);
  }
  return true;
}

function write(to: Writable, chunk: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  to.write(chunk, (error) => (error ? reject(error) : resolve()));
  return promise;
}
