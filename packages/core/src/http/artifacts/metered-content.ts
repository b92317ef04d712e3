import type { ExpectedContent } from '../../ports/artifact-store.ts';
import { ContentMeter } from '../../storing/content-meter.ts';

/**
 * Passes content on, and checks at its end that it was what it had to be.
 *
 * @throws PubpipeError `CONTENT_MISMATCH` when it was not.
 */
export async function* meteredContent(
  content: AsyncIterable<Uint8Array>,
  expected: ExpectedContent,
): AsyncGenerator<Uint8Array, void> {
  const meter = new ContentMeter(expected);
  for await (const chunk of content) {
    meter.add(chunk);
    yield chunk;
  }
  meter.finish();
}
