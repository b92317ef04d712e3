import type { EventBus, JobNotification } from '../ports/event-bus.ts';

/** Makes an event bus for one process. Listeners are called soon after `publish`, and must not throw. */
export function createInProcessEventBus(): EventBus {
  const listeners = new Set<(notification: JobNotification) => void>();
  return Object.freeze({
    publish(notification: JobNotification) {
      for (const listener of listeners) {
        queueMicrotask(() => {
          if (listeners.has(listener)) listener(notification);
        });
      }
    },
    subscribe(listener: (notification: JobNotification) => void) {
      // A function of our own, so that subscribing the same listener twice makes two subscriptions.
      const subscription = (notification: JobNotification) => listener(notification);
      listeners.add(subscription);
      return () => {
        listeners.delete(subscription);
      };
    },
    async close() {
      listeners.clear();
    },
  });
}
