import { createHash } from 'node:crypto';

/** `byteSize` bytes that look random and are the same in every run; another `seed` gives others. */
export function deterministicBytes(byteSize: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(byteSize / 4));
  // Xorshift32 (Marsaglia 2003); its state is never 0, and the factor keeps small seeds apart.
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, byteSize);
}

/** Yields `bytes` in chunks of `chunkSize` bytes. */
export async function* inChunks(bytes: Uint8Array, chunkSize = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += chunkSize) yield bytes.subarray(start, start + chunkSize);
}

/** All bytes of `content`, in one piece. */
export async function collectBytes(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of all that `content` yields: what tests compare, as the difference of large arrays takes minutes to print. */
export async function sha256OfContent(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
