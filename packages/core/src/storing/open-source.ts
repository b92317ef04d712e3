import { PubpipeError } from '../errors/pubpipe-error.ts';
import { pullContent } from './pull-content.ts';

/** Content that is being pulled already. */
export interface OpenSource {
  /**
   * The first `byteSize` bytes, or all where there are fewer. To be read before `chunks`, once.
   *
   * @throws PubpipeError what `pullContent` throws.
   */
  readonly head: (byteSize: number) => Promise<Uint8Array>;
  /** All chunks, the head included; what the source failed with is thrown here. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the source if it has not ended. Idempotent. */
  readonly close: () => void;
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
  let next: Promise<IteratorResult<Uint8Array, void>> = pulled.next();
  // Thrown again by whoever reads on; if nobody ever does, there was another failure before.
  next.catch(() => undefined);
  let head: Uint8Array = new Uint8Array();

  async function readHead(byteSize: number): Promise<Uint8Array> {
    let result = await next;
    while (result.done !== true && head.byteLength < byteSize) {
      // Copied, because a producer may use its buffer again.
      head = Buffer.concat([head, result.value]);
      next = pulled.next();
      result = await next;
    }
    return head.subarray(0, byteSize);
  }

  async function* readOn(): AsyncGenerator<Uint8Array, void> {
    try {
      if (head.byteLength > 0) yield head;
      const result = await next;
      if (result.done === true) return;
      yield result.value;
      yield* pulled;
    } finally {
      await pulled.return();
    }
  }

  return {
    head: readHead,
    chunks: readOn(),
    close() {
      closing.abort(new PubpipeError('CLOSED', 'The content is not needed any more.'));
      // Between two chunks it hears no signal. What the source says while it is being ended changes nothing.
      pulled.return().catch(() => undefined);
    },
  };
}
