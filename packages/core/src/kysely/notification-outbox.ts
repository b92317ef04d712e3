import { randomId } from '../job/random-id.ts';
import type { JobNotification } from '../ports/event-bus.ts';

/** PostgreSQL refuses a payload of 8,000 bytes and more. */
const maxPayloadBytes = 7_900;

/** Most jobs that wait to be told of while there is no connection; a lost notification only costs time. */
const capacity = 10_000;

/** A job's notification on the wire. */
type Item = readonly [tenant: string, jobId: string, ended: 0 | 1];

/** Notifications that have not been sent yet: one for each job. */
export class NotificationOutbox {
  /** Tells the messages of this bus from those of others. */
  readonly sender = randomId();
  readonly #waiting = new Map<string, JobNotification>();

  /** Adds a notification, or joins it with one of the same job. */
  add(notification: JobNotification): void {
    const key = JSON.stringify([notification.tenant, notification.jobId]);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined && this.#waiting.size >= capacity) return;
    this.#waiting.set(key, { ...notification, ended: notification.ended || waiting?.ended === true });
  }

  /** Takes as many as one message holds; undefined when there is nothing to send. */
  takePayload(): string | undefined {
    const items: string[] = [];
    let bytes = Buffer.byteLength(payloadOf(this.sender, items));
    for (const [key, { tenant, jobId, ended }] of this.#waiting) {
      const item = JSON.stringify([tenant, jobId, ended ? 1 : 0] satisfies Item);
      const size = Buffer.byteLength(item) + 1;
      if (bytes + size > maxPayloadBytes && items.length > 0) break;
      this.#waiting.delete(key);
      // A tenant whose name alone fills a message is not worth splitting one: its subscribers poll.
      if (bytes + size > maxPayloadBytes) continue;
      items.push(item);
      bytes += size;
    }
    return items.length === 0 ? undefined : payloadOf(this.sender, items);
  }
}

const payloadOf = (sender: string, items: readonly string[]): string => `["${sender}",[${items.join(',')}]]`;

/** What somebody has sent; nothing if it is not of our making. */
export function parseNotifications(payload: string): {
  readonly sender: string;
  readonly notifications: readonly JobNotification[];
} {
  try {
    const [sender, items] = JSON.parse(payload) as readonly [string, readonly Item[]];
    const notifications = items.map(([tenant, jobId, ended]) => ({ tenant, jobId, ended: ended === 1 }));
    return { sender, notifications };
  } catch {
    // Anyone may notify a channel.
    return { sender: '', notifications: [] };
  }
}
