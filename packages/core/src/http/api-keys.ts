import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { Identity } from './http-options.ts';
import { type HttpRequest, headerOf } from './http-request.ts';

/** What is kept of a key: whoever reads it can't ask with it. */
export interface StoredApiKey {
  /** Whose requests the key makes. */
  readonly tenant: string;
  /** The key's SHA-256, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** Keys that say who asks. */
export interface ApiKeys {
  /**
   * Says whose the key is that a request has in `Authorization: Bearer …`, or else in `X-API-Key`; undefined when
   * there is none, or none of ours. It takes as long for a key that is almost right as for any other. Needs no `this`:
   * it can be passed as `authenticate`.
   */
  readonly identify: (request: Pick<HttpRequest, 'headers'>) => Identity | undefined;
}

/**
 * Makes what authenticates by keys. A tenant may have several, so that one can take another's place without a gap.
 *
 * @throws PubpipeError `INVALID_INPUT` when an entry has no tenant of 1 to 200 characters or no SHA-256, or has a key
 * that another one has; details `index`.
 */
export function createApiKeys(stored: readonly StoredApiKey[]): ApiKeys {
  const known = stored.map(({ tenant, sha256 }, index) => {
    const isWhole = tenant.length >= 1 && tenant.length <= 200 && /^[0-9a-f]{64}$/.test(sha256);
    const isFirst = stored.findIndex((each) => each.sha256 === sha256) === index;
    if (isWhole && isFirst) return { tenant, hash: Buffer.from(sha256, 'hex') };
    const message = 'Each API key needs a tenant of 1 to 200 characters and a SHA-256 of its own, in 64 hex digits.';
    throw new PubpipeError('INVALID_INPUT', message, { details: { index } });
  });
  return Object.freeze({
    identify(request: Pick<HttpRequest, 'headers'>) {
      const key = keyOf(request);
      if (key === undefined) return undefined;
      const hash = Buffer.from(hashApiKey(key), 'hex');
      // All are looked at: how long it takes says nothing of which one it was.
      const [found] = known.filter((each) => timingSafeEqual(each.hash, hash));
      return found && { tenant: found.tenant };
    },
  });
}

/** Makes a new key of 32 random bytes: `key` is for the tenant and is kept nowhere, `stored` is for the list. */
export function issueApiKey(tenant: string): { readonly key: string; readonly stored: StoredApiKey } {
  const key = randomBytes(32).toString('base64url');
  return { key, stored: { tenant, sha256: hashApiKey(key) } };
}

/**
 * A key's SHA-256, in lower-case hexadecimal, for applications that look keys up in a database of their own. It hides
 * keys that were made at random; words that people think of can be guessed from it.
 */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function keyOf(request: Pick<HttpRequest, 'headers'>): string | undefined {
  const authorization = headerOf(request, 'authorization');
  if (authorization === undefined) return headerOf(request, 'x-api-key') || undefined;
  return /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
}
