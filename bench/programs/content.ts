import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

/** `byteSize` bytes from one buffer, sent again and again: the source itself takes no memory. */
export function endlessContent(byteSize: number): Readable {
  const chunk = randomBytes(64 * 1024);
  return Readable.from(
    (function* () {
      for (let left = byteSize; left > 0; left -= chunk.byteLength)
        yield left < chunk.byteLength ? chunk.subarray(0, left) : chunk;
    })(),
    { objectMode: false, highWaterMark: chunk.byteLength },
  );
}
