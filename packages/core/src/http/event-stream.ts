import type { HttpParts } from './http-parts.ts';
import { type HttpRequest, headerOf } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';

/** One message of a stream. */
export interface StreamMessage {
  /** What `Last-Event-ID` will be. */
  readonly id: number;
  readonly type: string;
  readonly data: unknown;
}

/** Where messages come from, and where the stream begins. */
export interface StreamSource {
  /** Opens the messages; they end when the signal aborts. */
  readonly open: (signal: AbortSignal) => AsyncIterable<StreamMessage>;
  /** `Last-Event-ID` for a client that has seen nothing yet; absent where it is not known. */
  readonly beginsAt?: number | undefined;
}

const reconnectAfterMs = 1_000;
const encoder = new TextEncoder();

/** Whether a client asks for a stream: only those that name its media type do. */
export function wantsStream(request: HttpRequest): boolean {
  const accepted = headerOf(request, 'accept')?.split(',') ?? [];
  return (
    request.method === 'GET' &&
    accepted.some((each) => /^\s*text\/event-stream\s*(?:;(?!\s*q=0(?:\.0*)?\s*$)|$)/i.test(each))
  );
}

/**
 * Answers with Server-Sent Events, pulled no faster than the client takes them, with a comment whenever nothing
 * came for a while. They end when the messages do, and when the routes are closed; then the client comes again.
 *
 * @throws PubpipeError `TOO_MANY_STREAMS` when there is no place for it.
 */
export function eventStream(
  parts: HttpParts,
  { request, tenant }: { readonly request: HttpRequest; readonly tenant: string },
  source: StreamSource,
): HttpResponse {
  const leave = parts.streams.enter(tenant);
  // A client that goes before anything was sent leaves too.
  request.signal.addEventListener('abort', leave, { once: true });
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      // Some proxies would gather what comes.
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
    },
    body: encoded(parts, request, { ...source, leave }),
  };
}

async function* encoded(
  { closing, heartbeatMs }: HttpParts,
  { signal }: HttpRequest,
  { open, beginsAt, leave }: StreamSource & { readonly leave: () => void },
): AsyncGenerator<Uint8Array, void> {
  const ending = new AbortController();
  const messages = open(AbortSignal.any([signal, closing, ending.signal]))[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<StreamMessage, unknown>> | undefined;
  try {
    yield encoder.encode(`retry: ${reconnectAfterMs}\n${beginsAt === undefined ? '' : `id: ${beginsAt}\n`}\n`);
    for (;;) {
      next ??= messages.next();
      const result = await unlessSilent(next, heartbeatMs);
      if (result === undefined) {
        yield encoder.encode(':\n\n');
        continue;
      }
      next = undefined;
      if (result.done === true) return;
      yield encoder.encode(toBlock(result.value));
    }
  } catch (error) {
    if (!closing.aborted) throw error;
  } finally {
    leave();
    ending.abort();
    // Heard of already, or of no interest any more.
    next?.catch(() => {});
    await messages.return?.();
  }
}

/** JSON has no line breaks outside of its texts, and none unescaped in them. */
const toBlock = ({ id, type, data }: StreamMessage): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

async function unlessSilent<T>(result: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise: silence, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  try {
    return await Promise.race([result, silence]);
  } finally {
    clearTimeout(timer);
  }
}
