import { randomBytes } from 'node:crypto';
import { PubpipeError } from '../errors/pubpipe-error.ts';

const prefix = 'whsec_';

/** A new secret as Standard Webhooks has them: `whsec_`, and 32 random bytes in Base64. */
export function newWebhookSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/**
 * Checks a secret that a caller has brought: `whsec_`, and 24 to 64 bytes in Base64.
 *
 * @throws PubpipeError `INVALID_INPUT` when it is none.
 */
export function parseWebhookSecret(secret: string): string {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : '';
  const bytes = Buffer.from(text, 'base64');
  // What Node's decoder has passed over would be another secret to another decoder.
  if (bytes.byteLength >= 24 && bytes.byteLength <= 64 && bytes.toString('base64') === text) return secret;
  throw new PubpipeError('INVALID_INPUT', 'The secret must be whsec_ and 24 to 64 bytes in Base64.');
}
