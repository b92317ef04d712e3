import { PubpipeError } from '../errors/pubpipe-error.ts';
import { createBell } from '../pipeline/bell.ts';
import { releasing } from '../storing/releasing.ts';
import type { HttpParts } from './http-parts.ts';
import { type HttpRequest, headerOf } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import type { Call } from './route.ts';
import { UnsentMessages } from './unsent-messages.ts';

/** One message of a stream. */
export interface StreamMessage {
  /** What `Last-Event-ID` will be. */
  readonly id: number;
  readonly type: string;
  readonly data: unknown;
  /** Whether it was there when the stream was asked for: a client may take its time for those. */
  readonly isPast: boolean;
}

/** Where messages come from, and where the stream begins. */
export interface StreamSource {
  /** Opens the messages; they end when the signal aborts. */
  readonly open: (signal: AbortSignal) => AsyncIterable<StreamMessage>;
  /** `Last-Event-ID` for a client that has seen nothing yet; absent where it is not known. */
  readonly beginsAt?: number | undefined;
}

const reconnectAfterMs = 1_000;
/** A burst may be more than a connection takes at once. */
const lagGraceMs = 1_000;
const encoder = new TextEncoder();
const lifeSign = encoder.encode(':\n\n');

/** Whether a client asks for a stream: only those that name its media type do. */
export function wantsStream(request: HttpRequest): boolean {
  const accepted = headerOf(request, 'accept')?.split(',') ?? [];
  return (
    request.method === 'GET' &&
    accepted.some((each) => /^\s*text\/event-stream\s*(?:;(?!\s*q=0(?:\.0*)?\s*$)|$)/i.test(each))
  );
}

/**
 * Answers with Server-Sent Events, and a comment whenever nothing came for a while. They end when the messages do, and
 * when the routes are closed; then the client comes again. What is past is sent no faster than the client takes it. What
 * happens meanwhile waits for the client up to `maxUnsentBytes`; one that makes no room for more within a second is cut off,
 * and resumes.
 *
 * @throws PubpipeError `CLOSED` when the routes are closed.
 * @throws PubpipeError `TOO_MANY_STREAMS` or `SERVER_BUSY` when there is no place for it.
 */
export function eventStream(parts: HttpParts, call: Call, source: StreamSource): HttpResponse {
  if (parts.closing.aborted) throw parts.closing.reason;
  const cutting = new AbortController();
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      // Some proxies would gather what comes.
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
    },
    body: releasing(encoded(parts, call, { ...source, cutting }), parts.streams.enter(call.tenant)),
    cutOff: cutting.signal,
  };
}

async function* encoded(
  parts: HttpParts,
  { request, requestId: correlationId, tenant }: Call,
  { open, beginsAt, cutting }: StreamSource & { readonly cutting: AbortController },
): AsyncGenerator<Uint8Array, void> {
  const { closing, heartbeatMs, limits, pipeline } = parts;
  const ending = new AbortController();
  const signal = AbortSignal.any([request.signal, closing, ending.signal]);
  const bell = createBell();
  const unsent = new UnsentMessages({ maxBytes: limits.maxUnsentBytes, onChange: bell.ring });
  const drop = (): never => {
    const error = new PubpipeError('CANCELLED', 'The client takes events too slowly.');
    pipeline.parts.logger.info({ correlationId, tenant, unsentBytes: unsent.byteSize }, 'a client was dropped');
    cutting.abort(error);
    throw error;
  };
  const filling = fill(unsent, open(signal), { signal, drop });
  try {
    yield encoder.encode(`retry: ${reconnectAfterMs}\n${beginsAt === undefined ? '' : `id: ${beginsAt}\n`}\n`);
    for (;;) {
      bell.silence();
      if (unsent.isEmpty) await bell.rung(heartbeatMs);
      if (unsent.hasEnded) break;
      yield unsent.take() ?? lifeSign;
      unsent.sent();
    }
    unsent.throwFailure();
  } catch (error) {
    if (!closing.aborted) throw error;
  } finally {
    ending.abort();
    await filling;
  }
}

interface Filling {
  readonly signal: AbortSignal;
  /** Cuts the client off, and throws. */
  readonly drop: () => never;
}

/** Puts messages where the client takes them from. It never rejects: whoever takes hears how it ended. */
async function fill(
  unsent: UnsentMessages,
  messages: AsyncIterable<StreamMessage>,
  { signal, drop }: Filling,
): Promise<void> {
  try {
    for await (const message of messages) {
      const block = encoder.encode(toBlock(message));
      if (!unsent.hasRoomFor(block)) await makeRoom(unsent, block, { isPast: message.isPast, signal, drop });
      unsent.add(block);
    }
    unsent.end();
  } catch (error) {
    unsent.end({ failure: error });
  }
}

async function makeRoom(
  unsent: UnsentMessages,
  block: Uint8Array,
  { isPast, signal, drop }: Filling & Pick<StreamMessage, 'isPast'>,
): Promise<void> {
  const limit = isPast ? signal : AbortSignal.any([signal, AbortSignal.timeout(lagGraceMs)]);
  try {
    await unsent.roomFor(block, limit);
  } catch (error) {
    if (signal.aborted) throw error;
    drop();
  }
}

/** JSON has no line breaks outside of its texts, and none unescaped in them. */
const toBlock = ({ id, type, data }: StreamMessage): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
