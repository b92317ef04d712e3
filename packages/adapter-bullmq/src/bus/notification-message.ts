import type { JobNotification } from '@pubpipe/core';

/** Notifications on their way, and who sends them. */
export interface NotificationMessage {
  readonly origin: string;
  readonly notifications: readonly JobNotification[];
}

/** Writes a message. */
export function formatMessage({ origin, notifications }: NotificationMessage): string {
  const rows = notifications.map(({ tenant, jobId, ended }) => [tenant, jobId, ended ? 1 : 0]);
  return JSON.stringify([origin, rows]);
}

/** Reads a message; `undefined` if it is none of ours. */
export function parseMessage(text: string): NotificationMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // whoever has sent this on our channel
  }
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !Array.isArray(value[1])) return undefined;
  const notifications = value[1].flatMap((row: unknown) => {
    if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'string') return [];
    return [{ tenant: row[0], jobId: row[1], ended: row[2] === 1 }];
  });
  return { origin: value[0], notifications };
}
