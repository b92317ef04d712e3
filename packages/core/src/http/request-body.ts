import { PubpipeError } from '../errors/pubpipe-error.ts';
import { boundedContent, tooLarge } from './bounded-content.ts';
import type { ResolvedHttpOptions } from './http-options.ts';
import { type HttpRequest, headerOf } from './http-request.ts';

/**
 * Opens a body that nobody has read yet, within bounds.
 *
 * @throws PubpipeError `BODY_ALREADY_READ` when the host has read it.
 * @throws PubpipeError `CONTENT_TOO_LARGE`, before the first byte, when its declared length is too much.
 * @throws PubpipeError `UNSUPPORTED_MEDIA_TYPE` when it is packed.
 */
export function openBody(
  request: HttpRequest,
  { bodyIdleTimeoutMs, minBodyBytesPerSecond }: ResolvedHttpOptions['limits'],
  maxBytes: number,
): AsyncIterable<Uint8Array> {
  checkHead(request, maxBytes);
  if (request.body.kind !== 'unread') {
    throw new PubpipeError(
      'BODY_ALREADY_READ',
      'A middleware has read the body before it came here: mount the routes before body parsers.',
    );
  }
  const bounds = { maxBytes, idleTimeoutMs: bodyIdleTimeoutMs, minBytesPerSecond: minBodyBytesPerSecond };
  return boundedContent(request.body.content, bounds);
}

/** The declared length of the body, if there is one. */
export function declaredLength(request: Pick<HttpRequest, 'headers'>): number | undefined {
  const text = headerOf(request, 'content-length');
  return text === undefined ? undefined : Number(text);
}

/** Whether the body says to be of a media type, by the beginning of its name. */
export function hasMediaType(request: Pick<HttpRequest, 'headers'>, form: RegExp): boolean {
  return form.test(headerOf(request, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '');
}

function checkHead(request: HttpRequest, maxBytes: number): void {
  if ((declaredLength(request) ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const encoding = headerOf(request, 'content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return;
  throw new PubpipeError('UNSUPPORTED_MEDIA_TYPE', 'Packed bodies are not taken: leave Content-Encoding out.');
}
