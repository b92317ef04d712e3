import { NotificationListeners } from '../notifying/notification-listeners.ts';
import type { EventBus, JobNotification } from '../ports/event-bus.ts';

/** Makes an event bus for one process. Listeners are called soon after `publish`, and must not throw. */
export function createInProcessEventBus(): EventBus {
  const listeners = new NotificationListeners();
  return Object.freeze({
    publish: (notification: JobNotification) => listeners.tell(notification),
    subscribe: (listener: (notification: JobNotification) => void) => listeners.add(listener),
    async close() {
      listeners.clear();
    },
  });
}
