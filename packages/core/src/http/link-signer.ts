import { createHmac, timingSafeEqual } from 'node:crypto';
import { checkTimes } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';

/** Options of links that work by themselves. */
export interface SignedLinksOptions {
  /** What links are signed with: the first one, at least 32 bytes each. Links signed with the others work too. */
  readonly secrets: readonly [string, ...string[]];
  /** How long a link works, in milliseconds. @defaultValue 3_600_000 (an hour) */
  readonly expiresInMs?: number | undefined;
}

/** What has content that a link gives access to. */
export interface LinkedContent {
  readonly kind: 'artifact' | 'job' | 'batch';
  readonly id: string;
}

/** What a link gives access to. */
interface LinkTarget extends LinkedContent {
  readonly tenant: string;
}

/** The query of a signed link. */
export interface LinkQuery {
  readonly tenant: string;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly signature: string;
}

/** Signs links to content, and checks them. */
export interface LinkSigner {
  readonly sign: (target: LinkTarget, nowMs: number) => LinkQuery;
  /**
   * @throws PubpipeError `LINK_INVALID` when it was not signed for this content and tenant.
   * @throws PubpipeError `LINK_EXPIRED` when its time is over.
   */
  readonly verify: (content: LinkedContent, query: LinkQuery, nowMs: number) => void;
}

const minSecretBytes = 32;

/** Makes a signer with HMAC-SHA256. */
export function createLinkSigner({ secrets, expiresInMs = 3_600_000 }: SignedLinksOptions): LinkSigner {
  checkTimes({ expiresInMs }, { least: 1_000 });
  if (secrets.length === 0 || secrets.some((secret) => Buffer.byteLength(secret) < minSecretBytes)) {
    throw new PubpipeError('INVALID_INPUT', `Secrets of signed links need at least ${minSecretBytes} bytes.`);
  }
  return Object.freeze({
    sign(target: LinkTarget, nowMs: number) {
      const expires = Math.ceil((nowMs + expiresInMs) / 1_000);
      return { tenant: target.tenant, expires, signature: macOf(secrets[0], target, expires).toString('base64url') };
    },
    verify(content: LinkedContent, { tenant, expires, signature }: LinkQuery, nowMs: number) {
      const given = Buffer.from(signature, 'base64url');
      const isRight = secrets.some((secret) => {
        const mac = macOf(secret, { ...content, tenant }, expires);
        return given.byteLength === mac.byteLength && timingSafeEqual(given, mac);
      });
      if (!isRight) throw new PubpipeError('LINK_INVALID', 'This link was not made here, or it was changed.');
      if (expires * 1_000 <= nowMs) throw new PubpipeError('LINK_EXPIRED', 'This link has expired.');
    },
  });
}

// JSON keeps the parts apart, whatever is in them.
const macOf = (secret: string, { kind, id, tenant }: LinkTarget, expires: number): Buffer =>
  createHmac('sha256', secret)
    .update(JSON.stringify([`pubpipe ${kind} content link 1`, id, tenant, expires]))
    .digest();
