import { type Delivery, dispatchId } from '../ports/job-queue.ts';

/** Deliveries by priority, then in the order they came; each at most once. */
export class WaitingDeliveries {
  readonly #byPriority = new Map<number, Map<string, Delivery>>();

  get size(): number {
    let size = 0;
    for (const deliveries of this.#byPriority.values()) size += deliveries.size;
    return size;
  }

  has(id: string): boolean {
    return [...this.#byPriority.values()].some((deliveries) => deliveries.has(id));
  }

  add(delivery: Delivery): void {
    const id = dispatchId(delivery);
    if (this.has(id)) return;
    const deliveries = this.#byPriority.get(delivery.priority) ?? new Map<string, Delivery>();
    this.#byPriority.set(delivery.priority, deliveries.set(id, delivery));
  }

  take(): Delivery | undefined {
    if (this.#byPriority.size === 0) return undefined;
    const priority = Math.max(...this.#byPriority.keys());
    const deliveries = this.#byPriority.get(priority);
    const [first] = deliveries ?? [];
    if (deliveries === undefined || first === undefined) return undefined;
    deliveries.delete(first[0]);
    if (deliveries.size === 0) this.#byPriority.delete(priority);
    return first[1];
  }
}
