import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { ResolvedHttpOptions } from './http-options.ts';
import type { HttpRequest } from './http-request.ts';
import { hasMediaType, openBody } from './request-body.ts';

/**
 * Reads a body as JSON; what the host has parsed is taken from there.
 *
 * @throws PubpipeError `UNSUPPORTED_MEDIA_TYPE` when it does not say that it is JSON.
 * @throws PubpipeError `INVALID_INPUT` when it is none.
 * @throws PubpipeError what `openBody` throws.
 */
export async function readJson(request: HttpRequest, limits: ResolvedHttpOptions['limits']): Promise<unknown> {
  if (!hasMediaType(request, /^application\/(?:[\w.-]+\+)?json$/)) {
    throw new PubpipeError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON: send Content-Type: application/json.');
  }
  const { body } = request;
  if (body.kind === 'parsed') return typeof body.value === 'string' ? parse(body.value) : unlessBytes(body.value);
  const chunks: Uint8Array[] = [];
  // Copied, because a producer may use its buffer again.
  for await (const chunk of openBody(request, limits, limits.maxJsonBytes)) chunks.push(Buffer.from(chunk));
  return parseBytes(Buffer.concat(chunks));
}

const unlessBytes = (value: unknown): unknown => (value instanceof Uint8Array ? parseBytes(value) : value);

function parseBytes(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PubpipeError('INVALID_INPUT', 'The body is not UTF-8.', { cause: error });
  }
  return parse(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PubpipeError('INVALID_INPUT', 'The body is not JSON.', { cause: error });
  }
}
