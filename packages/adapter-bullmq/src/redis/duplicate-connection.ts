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
  return withoutStaleTimer(
    connection.duplicate({
      ...always,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      socketTimeout: 10_000,
    }),
  );
}

/** A connection for a BullMQ worker, which copies it once more to block on it, for up to 10 s at a time. */
export function duplicateForWorker(connection: Redis): Redis {
  return withoutStaleTimer(connection.duplicate({ ...always, enableOfflineQueue: true, socketTimeout: 30_000 }));
}

/** A connection for a subscription, which it makes again whenever it has been lost. */
export function duplicateForSubscription(connection: Redis): Redis {
  return connection.duplicate({ ...always, enableOfflineQueue: true, autoResubscribe: true });
}

/**
 * ioredis 5.11 keeps the timer of `socketTimeout` when a connection is lost while a command waits: it holds the
 * process after the end, and else it destroys the connection that was made anew. The same goes for copies that BullMQ makes.
 */
function withoutStaleTimer(connection: Redis): Redis {
  const timed = connection as unknown as { socketTimeoutTimer?: NodeJS.Timeout | undefined };
  connection.on('close', () => {
    clearTimeout(timed.socketTimeoutTimer);
    timed.socketTimeoutTimer = undefined;
  });
  const duplicate = connection.duplicate.bind(connection);
  connection.duplicate = (...options) => withoutStaleTimer(duplicate(...options));
  return connection;
}
