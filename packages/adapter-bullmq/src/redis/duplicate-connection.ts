import type { Redis } from 'ioredis';

export type { Redis } from 'ioredis';

// BullMQ and a subscription set up connections for themselves, and a connection that blocks or subscribes
// serves nothing else. So each use has a copy of the host's, with its address and credentials, and the
// host's own is never touched.
const always = {
  keyPrefix: '',
  lazyConnect: false,
  maxRetriesPerRequest: null,
  // A peer that is gone without a word is noticed.
  keepAlive: 10_000,
};

/** A connection for short commands: while Redis is away they fail at once, and none is made later. */
export function duplicateForCommands(connection: Redis): Redis {
  return connection.duplicate({
    ...always,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    socketTimeout: 10_000,
  });
}

/** A connection for a BullMQ worker, which copies it once more to block on it, for up to 10 s at a time. */
export function duplicateForWorker(connection: Redis): Redis {
  return connection.duplicate({ ...always, enableOfflineQueue: true, socketTimeout: 30_000 });
}

/** A connection for a subscription, which it makes again whenever it has been lost. */
export function duplicateForSubscription(connection: Redis): Redis {
  return connection.duplicate({ ...always, enableOfflineQueue: true, autoResubscribe: true });
}
