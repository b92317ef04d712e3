import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { PubpipeError } from '../errors/pubpipe-error.ts';

/** Puts secrets into the form in which they are stored, and back. `endpointId` binds them to their endpoint. */
export interface SecretBox {
  readonly close: (secret: string, endpointId: string) => string;
  /**
   * @throws PubpipeError `INVALID_INPUT` when it was encrypted by none of the keys, or for another endpoint.
   */
  readonly open: (stored: string, endpointId: string) => string;
}

const algorithm = 'aes-256-gcm';
const prefix = 'aes256gcm.';
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts by the first of `keys`, and opens what any of them, or none, has encrypted.
 *
 * @throws PubpipeError `INVALID_INPUT` when a key has not 32 bytes.
 */
export function createSecretBox(keys: readonly Uint8Array[]): SecretBox {
  if (keys.some((key) => key.byteLength !== 32)) {
    throw new PubpipeError('INVALID_INPUT', 'Each of secretKeys must have 32 bytes.');
  }
  // Copies, which nobody can change.
  const own = keys.map((key) => Buffer.from(key));
  const [first] = own;
  return Object.freeze({
    close: (secret: string, endpointId: string) => (first === undefined ? secret : encrypt(first, secret, endpointId)),
    open(stored: string, endpointId: string) {
      if (!stored.startsWith(prefix)) return stored;
      const sealed = Buffer.from(stored.slice(prefix.length), 'base64url');
      for (const key of own) {
        const secret = decrypt(key, sealed, endpointId);
        if (secret !== undefined) return secret;
      }
      throw new PubpipeError('INVALID_INPUT', 'A webhook secret was encrypted by a key that is none of secretKeys.');
    },
  });
}

function encrypt(key: Buffer, secret: string, endpointId: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(endpointId));
  const text = Buffer.concat([cipher.update(secret), cipher.final()]);
  return prefix + Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
}

function decrypt(key: Buffer, sealed: Buffer, endpointId: string): string | undefined {
  const iv = sealed.subarray(0, ivBytes);
  const tag = sealed.subarray(ivBytes, ivBytes + tagBytes);
  try {
    const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes })
      .setAAD(Buffer.from(endpointId))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]).toString();
  } catch {
    // It was another key's: the next one is tried.
    return undefined;
  }
}
