import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Delivery, type DeliveryHandler, dispatchId, type JobQueue } from '../ports/job-queue.ts';
import { describeQueueConsumers } from './job-queue/consumers.ts';

/** An empty queue, opened for one test. A delivery whose handler rejected comes again soon. */
export interface OpenedJobQueue {
  readonly queue: JobQueue;
  /** Closes what was opened, which a test may have done already, and removes what it held. */
  readonly close: () => Promise<void>;
}

/** What each group of tests is given. */
export interface JobQueueSubject {
  /** The queue of the running test. */
  readonly queue: () => JobQueue;
}

/** A delivery of a job of its own. */
export function deliveryOf(jobId: string, options: Partial<Delivery> = {}): Delivery {
  return { jobId, dispatch: 1, priority: 0, ...options };
}

/** A handler that notes what comes, and holds it until it is let go or aborted. */
export function holdingHandler() {
  const taken: Delivery[] = [];
  const held: { readonly letGo: () => void; readonly fail: (error: Error) => void }[] = [];
  let running = 0;
  let mostAtOnce = 0;
  const handler: DeliveryHandler = async (delivery, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    taken.push(delivery);
    held.push({ letGo: resolve, fail: reject });
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    await promise.finally(() => {
      running -= 1;
    });
  };
  return {
    handler,
    held,
    jobIds: () => taken.map(({ jobId }) => jobId),
    mostAtOnce: () => mostAtOnce,
    taken: (count: number) => vi.waitFor(() => expect(taken.length).toBeGreaterThanOrEqual(count), waiting),
  };
}

/** How long, and how often, to look whether something has come about. */
export const waiting = { timeout: 10_000, interval: 2 };

/**
 * Registers the tests that every {@link JobQueue} passes, one for each promise of the port.
 *
 * @example
 * ```ts
 * describeJobQueue('MyQueue', async () => {
 *   const queue = createMyQueue({ redeliverAfterMs: 5 });
 *   return { queue, close: () => queue.close() };
 * });
 * ```
 */
export function describeJobQueue(name: string, open: () => Promise<OpenedJobQueue>): void {
  describe(`${name} keeps the promises of a job queue`, () => {
    let opened: OpenedJobQueue | undefined;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    const queue = (): JobQueue => {
      if (opened === undefined) throw new Error('A queue is open only while a test runs.');
      return opened.queue;
    };
    describeDeliveries({ queue });
    describeQueueConsumers({ queue });
  });
}

function describeDeliveries({ queue }: JobQueueSubject): void {
  const enqueueAll = async (deliveries: readonly Delivery[]) => {
    for (const delivery of deliveries) await queue().enqueue(delivery);
  };

  it('hands a delivery to a consumer, as it was enqueued', async () => {
    const delivery = deliveryOf('a', { dispatch: 3, priority: 7 });
    const { promise, resolve } = Promise.withResolvers<Delivery>();
    queue().consume(async (received) => resolve(received));
    await queue().enqueue(delivery);
    expect(await promise).toEqual(delivery);
  });

  it('hands each delivery to one of several consumers', async () => {
    const first = holdingHandler();
    const second = holdingHandler();
    queue().consume(first.handler);
    queue().consume(second.handler);
    await enqueueAll([deliveryOf('a'), deliveryOf('b')]);
    await Promise.all([first.taken(1), second.taken(1)]);
    expect([...first.jobIds(), ...second.jobIds()].toSorted()).toEqual(['a', 'b']);
    for (const { letGo } of [...first.held, ...second.held]) letGo();
  });

  it('handles higher priority first, then in the order they came', async () => {
    const deliveries = [
      deliveryOf('a', { priority: 1 }),
      deliveryOf('b', { priority: 0 }),
      deliveryOf('c', { priority: 5 }),
      deliveryOf('d', { priority: 1 }),
      deliveryOf('e', { priority: 10 }),
      deliveryOf('f', { priority: 0 }),
    ];
    await enqueueAll(deliveries);
    const order: string[] = [];
    queue().consume(async ({ jobId }) => void order.push(jobId));
    await vi.waitFor(() => expect(order).toHaveLength(deliveries.length), waiting);
    expect(order).toEqual(['e', 'c', 'a', 'd', 'b', 'f']);
  });

  it('takes the same dispatch again while it waits for the same delivery', async () => {
    await enqueueAll([deliveryOf('a'), deliveryOf('a'), deliveryOf('b'), deliveryOf('a')]);
    expect(await queue().size()).toBe(2);
    const order: string[] = [];
    queue().consume(async ({ jobId }) => void order.push(jobId));
    await vi.waitFor(() => expect(order).toContain('b'), waiting);
    expect(order).toEqual(['a', 'b']);
  });

  it('takes another dispatch of the same job for another delivery', async () => {
    await enqueueAll([deliveryOf('a'), deliveryOf('a', { dispatch: 2 })]);
    const seen: number[] = [];
    queue().consume(async ({ dispatch }) => void seen.push(dispatch));
    await vi.waitFor(() => expect(seen).toEqual([1, 2]), waiting);
  });

  it('has a delivery while it waits or is being handled, and not after', async () => {
    const id = dispatchId(deliveryOf('a'));
    expect(await queue().has(id)).toBe(false);
    await queue().enqueue(deliveryOf('a'));
    expect(await queue().has(id)).toBe(true);
    expect(await queue().has(dispatchId(deliveryOf('a', { dispatch: 2 })))).toBe(false);
    const { handler, held, taken } = holdingHandler();
    queue().consume(handler);
    await taken(1);
    expect(await queue().has(id)).toBe(true);
    held[0]?.letGo();
    await vi.waitFor(async () => expect(await queue().has(id)).toBe(false), waiting);
  });

  it('counts deliveries that wait, without those being handled', async () => {
    expect(await queue().size()).toBe(0);
    await enqueueAll([deliveryOf('a'), deliveryOf('b'), deliveryOf('c', { priority: 4 })]);
    expect(await queue().size()).toBe(3);
    const { handler, held, taken } = holdingHandler();
    queue().consume(handler);
    await taken(1);
    expect(await queue().size()).toBe(2);
    held[0]?.letGo();
    await taken(2);
    expect(await queue().size()).toBe(1);
    held[1]?.letGo();
  });
}
