import { isIP } from 'node:net';
import { AbortDeadline } from '../errors/abort-deadline.ts';
import type { WebhookAttemptResult, WebhookDelivery, WebhookError, WebhookTarget } from '../ports/webhook-store.ts';
import type { WebhookParts } from './create-webhooks.ts';
import { toMessageBody } from './message-body.ts';
import { postMessage, type WebhookAnswer } from './post-message.ts';
import type { ResolveHost } from './resolve-host.ts';
import { signMessage } from './sign-message.ts';
import { retryWebhookInMs, type WebhookRetryPolicy } from './webhook-retry.ts';
import { parseWebhookUrl, type WebhookUrl } from './webhook-url.ts';

/** What an attempt works with. */
export interface AttemptSettings {
  readonly timeoutMs: number;
  readonly retry: WebhookRetryPolicy;
  readonly resolveHost: ResolveHost;
  readonly ca: readonly string[] | undefined;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** One attempt of a delivery. */
export interface Attempt {
  readonly target: WebhookTarget;
  readonly delivery: WebhookDelivery;
  /** Aborts when the attempt can't be waited for any longer, which is not the endpoint's fault. */
  readonly signal: AbortSignal;
}

/**
 * Sends a delivery once, and says what came of it.
 *
 * @throws PubpipeError `INVALID_INPUT` when a secret can't be read: that is not the endpoint's fault either.
 */
export async function attemptDelivery(
  parts: WebhookParts,
  settings: AttemptSettings,
  { target, delivery, signal }: Attempt,
): Promise<WebhookAttemptResult> {
  const { clock } = parts.pipeline.parts;
  const sentAt = clock.now();
  const body = toMessageBody(delivery);
  const secrets = target.secrets
    .filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt > sentAt)
    .map(({ value }) => parts.secretBox.open(value, target.id));
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'pubpipe-webhooks',
    ...signMessage({ id: delivery.id, body, sentAt, secrets }),
  };
  const timeout = new AbortDeadline();
  timeout.abortIn(settings.timeoutMs);
  const either = AbortSignal.any([signal, timeout.signal]);
  try {
    const place = await findPlace(parts, settings, target, either);
    if (place === undefined) throw new NoPlaceError();
    const answer = await postMessage({ ...place, headers, body, ca: settings.ca, signal: either });
    return judge(settings, delivery, answer);
  } catch (error) {
    if (signal.aborted) return { result: 'handed-back', retryInMs: 0 };
    return failed(settings, delivery, { error: timeout.signal.aborted ? 'timeout' : errorOf(error) });
  } finally {
    timeout.clear();
  }
}

/** There is no address that may be called. */
class NoPlaceError extends Error {}

/** Where the endpoint is now, or undefined when it is nowhere that may be called. */
async function findPlace(
  parts: WebhookParts,
  { resolveHost }: AttemptSettings,
  target: WebhookTarget,
  signal: AbortSignal,
): Promise<{ readonly url: URL; readonly addresses: readonly string[] } | undefined> {
  let place: WebhookUrl;
  let addresses: readonly string[];
  try {
    // Once more: it may have been made under other options.
    place = parseWebhookUrl(target.url, parts);
    addresses = isIP(place.host) === 0 ? await resolveHost(place.host, { signal }) : [place.host];
  } catch {
    // Whether there is no such name, or one of a closed network, is nothing to tell whoever has made it up.
    return undefined;
  }
  // All of them: whoever names one that is allowed beside one that is not wants to get at the latter.
  const areFit = addresses.length > 0 && addresses.every((address) => isIP(address) !== 0 && parts.mayCall(address));
  return areFit ? { url: place.url, addresses } : undefined;
}

function judge(settings: AttemptSettings, delivery: WebhookDelivery, answer: WebhookAnswer): WebhookAttemptResult {
  const { status } = answer;
  if (status >= 200 && status < 300) return { result: 'delivered', status };
  if (status === 410) return { result: 'failed', error: 'status', status, isGone: true };
  const error = status >= 300 && status < 400 ? 'redirect' : 'status';
  return failed(settings, delivery, { error, status, atLeastMs: askedToWait(answer) });
}

/** What a receiver that can't cope asks for (RFC 9110, 10.2.3), as seconds; dates are passed over. */
function askedToWait({ status, retryAfter }: WebhookAnswer): number {
  if ((status !== 429 && status !== 503) || !/^\d{1,9}$/.test(retryAfter ?? '')) return 0;
  return Number(retryAfter) * 1_000;
}

interface Failure {
  readonly error: WebhookError;
  readonly status?: number;
  /** The receiver's wish, which is granted up to the longest wait. */
  readonly atLeastMs?: number;
}

function failed(
  { retry, random }: AttemptSettings,
  delivery: WebhookDelivery,
  { error, status, atLeastMs = 0 }: Failure,
): WebhookAttemptResult {
  const waitMs = retryWebhookInMs(delivery.failures + 1, retry, random());
  const retryInMs = waitMs && Math.max(waitMs, Math.min(atLeastMs, retry.maxDelayMs));
  return { result: 'failed', error, status, retryInMs };
}

/** By the codes of Node and of OpenSSL. */
function errorOf(error: unknown): WebhookError {
  if (error instanceof NoPlaceError) return 'address';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^ERR_TLS|^ERR_SSL|CERT|^UNABLE_TO|^EPROTO$/.test(code) ? 'tls' : 'unreachable';
}
