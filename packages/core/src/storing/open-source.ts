import { PubpipeError } from '../errors/pubpipe-error.ts';
import { pullContent } from './pull-content.ts';

/** Content whose first chunk is already on its way. */
export interface OpenSource {
  /** All chunks, the first one included; what the source failed with is thrown here. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the source if it has not ended. Idempotent. */
  close(): void;
}

/**
 * Begins to pull `content` before anyone asks for it: a Node stream that fails while nobody listens,
 * such as `createReadStream` of a file that is missing, would end the process.
 *
 * @throws PubpipeError what `pullContent` throws.
 */
export function openSource(content: AsyncIterable<Uint8Array>, signal?: AbortSignal): OpenSource {
  const closing = new AbortController();
  const pulled = pullContent(content, AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]));
  const first = pulled.next();
  // Thrown again by whoever reads the chunks; if nobody ever does, there was another failure before.
  first.catch(() => undefined);
  return {
    chunks: resume(first, pulled),
    close: () => closing.abort(new PubpipeError('CLOSED', 'The content is not needed any more.')),
  };
}

async function* resume(
  first: Promise<IteratorResult<Uint8Array, void>>,
  pulled: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void> {
  const result = await first;
  if (result.done === true) return;
  try {
    yield result.value;
    yield* pulled;
  } finally {
    await pulled.return();
  }
}
