import { Webhook } from 'standardwebhooks';

/** A message to be signed. */
export interface UnsignedMessage {
  /** The same in each attempt. */
  readonly id: string;
  readonly body: string;
  /** When it goes out, in milliseconds since 1970. */
  readonly sentAt: number;
  /** A signature is made with each. */
  readonly secrets: readonly string[];
}

/** The headers by which a receiver knows that a message is ours and new (Standard Webhooks). */
export function signMessage({ id, body, sentAt, secrets }: UnsignedMessage): Readonly<Record<string, string>> {
  const date = new Date(sentAt);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(sentAt / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, date, body)).join(' '),
  };
}
