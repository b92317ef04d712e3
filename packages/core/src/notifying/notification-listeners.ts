import type { JobNotification } from '../ports/event-bus.ts';

type Listener = (notification: JobNotification) => void;

/** Who listens to a bus in this process. */
export class NotificationListeners {
  readonly #listeners = new Set<Listener>();
  readonly #onError: (error: unknown) => void;

  /** `onError` is told what a listener throws; without it nobody catches that. */
  constructor(onError: (error: unknown) => void = rethrow) {
    this.#onError = onError;
  }

  /** Adds a listener, until the returned function is called. */
  add(listener: Listener): () => void {
    // A function of our own, so that subscribing the same listener twice makes two subscriptions.
    const subscription: Listener = (notification) => listener(notification);
    this.#listeners.add(subscription);
    return () => {
      this.#listeners.delete(subscription);
    };
  }

  /** Calls each listener soon, after whatever is running. */
  tell(notification: JobNotification): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (!this.#listeners.has(listener)) return;
        try {
          listener(notification);
        } catch (error) {
          this.#onError(error);
        }
      });
    }
  }

  /** Ends all subscriptions. */
  clear(): void {
    this.#listeners.clear();
  }
}

function rethrow(error: unknown): void {
  throw error;
}
