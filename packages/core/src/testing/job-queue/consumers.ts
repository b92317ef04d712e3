import { describe, expect, it, vi } from 'vitest';
import { dispatchId } from '../../ports/job-queue.ts';
import { deliveryOf, holdingHandler, type JobQueueSubject, waiting } from '../describe-job-queue.ts';

/** `consume` and `close`. */
export function describeQueueConsumers({ queue }: JobQueueSubject): void {
  describe('a consumer', () => {
    it('runs no more handlers at once than its concurrency', async () => {
      const { handler, held, taken, mostAtOnce, jobIds } = holdingHandler();
      const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      for (const id of ids) await queue().enqueue(deliveryOf(id));
      queue().consume(handler, { concurrency: 3 });
      for (const [index] of ids.entries()) {
        await taken(Math.min(index + 3, ids.length));
        held[index]?.letGo();
      }
      expect(jobIds()).toEqual(ids);
      expect(mostAtOnce()).toBe(3);
    });

    it('runs one handler at a time unless told otherwise', async () => {
      const { handler, held, taken, mostAtOnce } = holdingHandler();
      for (const id of ['a', 'b', 'c']) await queue().enqueue(deliveryOf(id));
      queue().consume(handler);
      for (const index of [0, 1, 2]) {
        await taken(index + 1);
        held[index]?.letGo();
      }
      expect(mostAtOnce()).toBe(1);
    });

    it('runs more or fewer handlers at once when its concurrency is changed', async () => {
      const { handler, held, taken, mostAtOnce, jobIds } = holdingHandler();
      for (const id of ['a', 'b', 'c', 'd']) await queue().enqueue(deliveryOf(id));
      const consumer = queue().consume(handler);
      await taken(1);
      consumer.setConcurrency(2);
      await taken(2);
      consumer.setConcurrency(1);
      held[0]?.letGo();
      held[1]?.letGo();
      await taken(3);
      held[2]?.letGo();
      await taken(4);
      held[3]?.letGo();
      expect(jobIds()).toEqual(['a', 'b', 'c', 'd']);
      expect(mostAtOnce()).toBe(2);
      expect(() => consumer.setConcurrency(0)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    });

    it('leaves a delivery that its handlers can not begin to another consumer', async () => {
      const { handler, held, taken } = holdingHandler();
      queue().consume(handler);
      await queue().enqueue(deliveryOf('a'));
      await taken(1);
      await queue().enqueue(deliveryOf('b'));
      const other = Promise.withResolvers<string>();
      queue().consume(async ({ jobId }) => other.resolve(jobId));
      expect(await other.promise).toBe('b');
      held[0]?.letGo();
    });

    it('can be closed faster than it was asked to at first', async () => {
      const aborted = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<AbortSignal>();
      const consumer = queue().consume(async (_, signal) => {
        begun.resolve(signal);
        signal.addEventListener('abort', () => aborted.resolve());
        await aborted.promise;
      });
      await queue().enqueue(deliveryOf('a'));
      const signal = await begun.promise;
      const slowly = consumer.close({ drainTimeoutMs: 3_600_000 });
      expect(signal.aborted).toBe(false);
      await Promise.all([consumer.close(), slowly]);
      expect(signal.aborted).toBe(true);
    });

    it('takes a drain time that no timer can wait for the longest there is', async () => {
      const goOn = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<AbortSignal>();
      const consumer = queue().consume(async (_, signal) => {
        begun.resolve(signal);
        await goOn.promise;
      });
      await queue().enqueue(deliveryOf('a'));
      const signal = await begun.promise;
      const closed = consumer.close({ drainTimeoutMs: Number.POSITIVE_INFINITY });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(signal.aborted).toBe(false);
      goOn.resolve();
      await closed;
    });

    it.each([0, -1, 1.5, Number.NaN])('refuses the concurrency %d', (concurrency) => {
      expect(() => queue().consume(async () => {}, { concurrency })).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      );
    });

    it('gets a delivery again whose handler rejected, and the queue has it meanwhile', async () => {
      const { handler, held, taken, jobIds } = holdingHandler();
      const id = dispatchId(deliveryOf('a'));
      queue().consume(handler);
      await queue().enqueue(deliveryOf('a'));
      await taken(1);
      held[0]?.fail(new Error('The database can not be reached.'));
      expect(await queue().has(id)).toBe(true);
      await taken(2);
      expect(jobIds()).toEqual(['a', 'a']);
      expect(await queue().has(id)).toBe(true);
      held[1]?.letGo();
      await vi.waitFor(async () => expect(await queue().has(id)).toBe(false), waiting);
    });

    it('goes on with other deliveries when a handler rejects', async () => {
      const seen: string[] = [];
      queue().consume(async ({ jobId }) => {
        seen.push(jobId);
        if (jobId === 'bad') throw new Error('The database can not be reached.');
      });
      await queue().enqueue(deliveryOf('bad'));
      await queue().enqueue(deliveryOf('good'));
      await vi.waitFor(() => expect(seen).toContain('good'), waiting);
      await vi.waitFor(() => expect(seen.filter((id) => id === 'bad').length).toBeGreaterThan(1), waiting);
    });
  });

  describe('closing a consumer', () => {
    it('takes no further delivery, lets running handlers end, and resolves when all have ended', async () => {
      const { handler, held, taken, jobIds } = holdingHandler();
      const consumer = queue().consume(handler);
      await queue().enqueue(deliveryOf('a'));
      await queue().enqueue(deliveryOf('b'));
      await taken(1);
      let closed = false;
      const closing = consumer.close({ drainTimeoutMs: 60_000 }).then(() => {
        closed = true;
      });
      // A round trip through the queue: had it not waited for the handler, it would have closed by now.
      expect(await queue().size()).toBe(1);
      expect(closed).toBe(false);
      held[0]?.letGo();
      await closing;
      expect(jobIds()).toEqual(['a']);
      expect(await queue().size()).toBe(1);
    });

    it('aborts the signal of handlers that run for longer than drainTimeoutMs, and waits for them', async () => {
      const begun = Promise.withResolvers<void>();
      let ended = false;
      const consumer = queue().consume(async (_delivery, signal) => {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        await Promise.resolve();
        ended = true;
      });
      await queue().enqueue(deliveryOf('a'));
      await begun.promise;
      await consumer.close({ drainTimeoutMs: 1 });
      expect(ended).toBe(true);
    });

    it('leaves the queue to other consumers', async () => {
      const first = holdingHandler();
      await queue().consume(first.handler).close();
      await queue().enqueue(deliveryOf('a'));
      const second = holdingHandler();
      queue().consume(second.handler);
      await second.taken(1);
      expect(first.jobIds()).toEqual([]);
    });

    it('is idempotent', async () => {
      const consumer = queue().consume(async () => {});
      await Promise.all([consumer.close(), consumer.close()]);
      await expect(consumer.close({ drainTimeoutMs: 1 })).resolves.toBeUndefined();
    });
  });

  describe('closing the queue', () => {
    it('ends all consumers, and is idempotent', async () => {
      const begun = Promise.withResolvers<void>();
      let ended = false;
      queue().consume(async (_delivery, signal) => {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        ended = true;
      });
      await queue().enqueue(deliveryOf('a'));
      await begun.promise;
      await Promise.all([queue().close(), queue().close()]);
      expect(ended).toBe(true);
      await queue().close();
    });

    it('waits also for a consumer that is being closed', async () => {
      const { handler, held, taken } = holdingHandler();
      const consumer = queue().consume(handler);
      await queue().enqueue(deliveryOf('a'));
      await taken(1);
      let closed = false;
      const closingConsumer = consumer.close({ drainTimeoutMs: 60_000 });
      const closing = queue()
        .close()
        .then(() => {
          closed = true;
        });
      await new Promise((resolve) => setImmediate(resolve));
      expect(closed).toBe(false);
      held[0]?.letGo();
      await Promise.all([closing, closingConsumer]);
    });

    it('refuses deliveries from then on', async () => {
      await queue().close();
      await expect(queue().enqueue(deliveryOf('a'))).rejects.toMatchObject({ code: 'CLOSED' });
    });
  });

  it('refuses a delivery whose signal has been aborted', async () => {
    await expect(queue().enqueue(deliveryOf('a'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(await queue().size()).toBe(0);
  });
}
