import type { JobNotification } from '@pubpipe/core';

/** Notifications that wait to be sent: of each job one, and of those that are too many the newest. */
export class UnsentNotifications {
  readonly #limit: number;
  readonly #byJob = new Map<string, JobNotification>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#byJob.size;
  }

  add(notification: JobNotification): void {
    const { tenant, jobId, ended } = notification;
    const key = JSON.stringify([tenant, jobId]);
    const earlier = this.#byJob.get(key);
    this.#byJob.set(key, { tenant, jobId, ended: ended || earlier?.ended === true });
    if (this.#byJob.size <= this.#limit) return;
    const [oldest] = this.#byJob.keys();
    if (oldest !== undefined) this.#byJob.delete(oldest);
  }

  takeAll(): readonly JobNotification[] {
    const all = [...this.#byJob.values()];
    this.#byJob.clear();
    return all;
  }
}
