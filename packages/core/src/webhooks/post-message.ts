import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { unlessAborted } from '../errors/unless-aborted.ts';

/** A message on its way. */
export interface WebhookPost {
  readonly url: URL;
  /** Addresses of the host, all of which may be called: nobody else is asked for one. */
  readonly addresses: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Certificates of authorities to trust, as PEM. @defaultValue those of Node */
  readonly ca?: readonly string[] | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** What came back. */
export interface WebhookAnswer {
  readonly status: number;
  /** The header of this name. */
  readonly retryAfter: string | undefined;
}

/** An answer is read so far, so that whoever sends it is not cut off; nothing of it is kept. */
const maxAnswerBytes = 65_536;

/**
 * Posts a message over a connection of its own. Redirects are not followed.
 *
 * @throws what Node's client does when there is no answer, or that `signal` has aborted.
 */
export async function postMessage(post: WebhookPost): Promise<WebhookAnswer> {
  const { url, addresses, headers, body, ca, signal } = post;
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
    // No connection that another message has left, and no proxy that a default would bring.
    agent: false,
    lookup: lookupAmong(addresses),
    maxHeaderSize: 16_384,
    ...(ca === undefined ? {} : { ca: [...ca] }),
  });
  // It may break once more after the answer has begun, when nobody waits for that any more.
  request.on('error', () => undefined);
  try {
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    request.end(body);
    const [response] = await unlessAborted(answered, signal);
    const { statusCode: status = 0 } = response;
    const read = readAway(response);
    // The status is all that counts: how the rest of the answer ends does not matter.
    await unlessAborted(read, signal).catch(() => undefined);
    return { status, retryAfter: response.headers['retry-after'] };
  } finally {
    request.destroy();
  }
}

async function readAway(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > maxAnswerBytes) return;
  }
}

/** Names are not asked for again: what they stand for now may be another address than the one that was checked. */
function lookupAmong(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, options, callback) => {
    const [first] = all;
    if (options.all === true) callback(null, all);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  };
}
