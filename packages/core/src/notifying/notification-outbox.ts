import { randomId } from '../job/random-id.ts';
import type { JobNotification } from '../ports/event-bus.ts';

/** How much waits, and how much is sent at once. */
export interface OutboxBounds {
  /** Jobs of which a notification may wait; what comes on top replaces the oldest. */
  readonly capacity: number;
  /** Length of a payload, in bytes of UTF-8. */
  readonly maxPayloadBytes: number;
}

/** A job's notification on the wire. */
type Item = readonly [tenant: string, jobId: string, ended: 0 | 1];

/** What a bus has not told other processes yet: one notification for each job, and of too many the newest. */
export class NotificationOutbox {
  /** Tells the messages of this bus from those of others. */
  readonly sender = randomId();
  readonly #bounds: OutboxBounds;
  readonly #waiting = new Map<string, JobNotification>();

  constructor(bounds: OutboxBounds) {
    this.#bounds = bounds;
  }

  /** Adds a notification, or joins it with one of the same job. */
  add({ tenant, jobId, ended }: JobNotification): void {
    const key = JSON.stringify([tenant, jobId]);
    const earlier = this.#waiting.get(key);
    this.#waiting.set(key, { tenant, jobId, ended: ended || earlier?.ended === true });
    if (this.#waiting.size <= this.#bounds.capacity) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }

  /** Takes as many as one message holds; undefined when there is nothing to send. */
  takePayload(): string | undefined {
    const { maxPayloadBytes } = this.#bounds;
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

/** Notifications that came from a bus, and from which. */
export interface ReceivedNotifications {
  readonly sender: string;
  readonly notifications: readonly JobNotification[];
}

/** Reads a payload; undefined if no outbox has made it. */
export function parseNotifications(payload: string): ReceivedNotifications | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return undefined; // Anyone may send on a channel.
  }
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !Array.isArray(value[1])) return undefined;
  const notifications = value[1].flatMap((item: unknown) => {
    if (!Array.isArray(item) || typeof item[0] !== 'string' || typeof item[1] !== 'string') return [];
    return [{ tenant: item[0], jobId: item[1], ended: item[2] === 1 }];
  });
  return { sender: value[0], notifications };
}
