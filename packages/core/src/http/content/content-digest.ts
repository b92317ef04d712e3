import { PubpipeError } from '../../errors/pubpipe-error.ts';

const sha256Bytes = 32;

/**
 * The SHA-256, in hexadecimal, of a `Content-Digest` (RFC 9530); undefined without the header.
 *
 * @throws PubpipeError `INVALID_INPUT` when it has none: ignoring it would look like having checked it.
 */
export function parseContentDigest(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [, base64 = ''] = /(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):[ \t]*(?:,|$)/.exec(header) ?? [];
  const digest = Buffer.from(base64, 'base64');
  if (digest.byteLength === sha256Bytes) return digest.toString('hex');
  throw new PubpipeError('INVALID_INPUT', 'Content-Digest must have a sha-256, as in sha-256=:<base64>:.');
}

/** The digest field of content, from its SHA-256 in hexadecimal. */
export const formatDigest = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
