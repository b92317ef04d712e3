import type { FeedBuffer } from './feed-buffer.ts';
import type { FeedReader } from './feed-reader.ts';

/** Attaches a buffer by way of `ask`, which may repeat it, or give it up and reject: then the buffer is not attached. */
export async function attachBuffer(
  reader: FeedReader,
  buffer: FeedBuffer,
  ask: (work: () => Promise<number>) => Promise<number>,
): Promise<number> {
  let isWanted = true;
  try {
    return await ask(async () => {
      const start = await reader.attach(buffer);
      // Nobody waits for it any more: it must not keep the reader going.
      if (!isWanted) reader.detach(buffer);
      return start;
    });
  } catch (error) {
    isWanted = false;
    throw error;
  }
}
